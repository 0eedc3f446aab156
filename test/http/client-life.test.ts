import { expect, it } from 'vitest'
import { DAY, isoTime } from '../../src/domain/time.ts'
import { mailbox } from '../doubles/mailbox.ts'
import { API, type Client, type Json, type TestServer, testServer } from '../support/server.ts'

/** 2026-11-22T12:00:00Z: day 0. At noon of each day the cron runs, and the client is looked at. */
const NOON = Date.UTC(2026, 10, 22, 12) / 1000
const DAYS = 120

// `works`: the secrets that get a token, the first of them 1. `mails`: to whom, and what they say.
// The first secret ends with day 90: at the noon of day 76 it has 14 days and a half left.
const LIFE = `
  days      status           works  mails
  0..75     available        1      -
  76        available        1      ada: in 14 days
  77..79    needs_attention  1      -
  80        available        1 2    -
  81..97    available        2      -
  98        available        3      -
  99        available        3      ada: in 14 days
  100..103  suspended        -      -
  104..109  needs_attention  3      -
  110       needs_attention  3      bob: in 3 days
  111..113  needs_attention  3      -
  114..116  expired          -      -
  117       needs_attention  4      -
  118..119  available        4      -
`

type Life = { server: TestServer; client: Client; secrets: Json[] }

const dateOf = (day: number) => isoTime(NOON + day * DAY).slice(0, 10)

async function addSecret({ server, client, secrets }: Life, body: object): Promise<void> {
  secrets.push(await server.adminOk('POST', `/clients/${client.id}/secrets`, body))
}

const addAdministrator = (server: TestServer, name: string) =>
  server.adminOk('POST', '/administrators', { email: `${name}@example.com`, access: 'manage' })

/** The actions of people, each on its day before noon. */
const DEEDS: Record<number, (life: Life) => Promise<unknown>> = {
  80: (life) => addSecret(life, { retire_others_in: DAY }),
  98: (life) => addSecret(life, { expires_on: dateOf(113), retire_others_in: 0 }),
  100: ({ server, client }) => server.suspend(client, { reason: 'maintenance' }),
  104: ({ server, client }) => server.resume(client),
  110: ({ server }) => addAdministrator(server, 'bob'),
  117: (life) => addSecret(life, {}),
  118: ({ server, client, secrets }) =>
    server.adminOk('DELETE', `/clients/${client.id}/secrets/${secrets[2]?.['secret_id']}`),
}

/** The numbers of the secrets that get a token now. */
async function working({ server, client, secrets }: Life): Promise<string> {
  const numbers: number[] = []
  for (const [i, { client_secret: secret }] of secrets.entries()) {
    const { status } = await server.tokenRequest({ ...client, secret: String(secret) })
    if (status === 200) numbers.push(i + 1)
  }
  return numbers.join(' ') || '-'
}

/** One row for all days that follow each other and are alike. */
function tabled(days: string[][]): string[][] {
  const rows: { from: number; to: number; columns: string[] }[] = []
  for (const [day, columns] of days.entries()) {
    const last = rows.at(-1)
    if (last && last.columns.join() === columns.join()) last.to = day
    else rows.push({ from: day, to: day, columns })
  }
  return rows.map(({ from, to, columns }) => [
    from === to ? `${from}` : `${from}..${to}`,
    ...columns,
  ])
}

it('leads a client through 120 days as the table says', async () => {
  const box = mailbox()
  const env = { EMAIL: box.EMAIL, MAIL_FROM: 'gate@example.com' }
  const server = testServer({ now: NOON, env })
  await server.api()
  await addAdministrator(server, 'ada')
  const client = await server.client({ [API]: 'invoices:read' }, { client_name: 'Export' })
  const [first] = client.body['secrets']
  const secrets: Json[] = [{ ...first, client_secret: client.secret }]
  const life: Life = { server, client, secrets }
  const days: string[][] = []
  for (let day = 0; day < DAYS; day++) {
    server.clock.now = NOON + day * DAY
    await DEEDS[day]?.(life)
    await server.cron()
    const mails = box.mails.splice(0).map(({ to, subject }) => {
      const when = subject.replace('The secret of "Export" expires ', '')
      return `${to.replace('@example.com', '')}: ${when}`
    })
    const { status } = await server.adminOk('GET', `/clients/${client.id}`)
    days.push([String(status), await working(life), mails.join(', ') || '-'])
  }
  const [, ...expected] = LIFE.trim().split('\n')
  expect(tabled(days)).toEqual(expected.map((line) => line.trim().split(/ {2,}/)))
})
