import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { mailbox } from '../doubles/mailbox.ts'
import { testServer, type TestServer } from '../support/server.ts'
import { makeCallers } from './callers.ts'
import { interrupted, LOSSES, type Losing, type Moment, OWN_LOSSES } from './lost-rights.ts'
import { partsOf, withVersion } from './route-requests.ts'
import { makeThings, type Things } from './things.ts'
import { ENTRIES, type Entry } from './who-may.ts'

// INV-16: no change is committed for a principal that lost the right to it at an earlier place of the
// ledger, however slowly its request arrives. Every route that changes something, times every way to lose.

const PATIENCE = 180_000
const NOW = Math.floor(Date.now() / 1000)

const server = () =>
  testServer({
    now: NOW,
    failureLimits: { perClient: 1e6, perAddress: 1e6 },
    env: { EMAIL: mailbox().EMAIL, MAIL_FROM: 'portcullis@example.com' },
  })

async function world() {
  const main = server()
  const callers = await makeCallers(main)
  const token = callers.reader.headers['Authorization']?.slice(7) ?? ''
  return { main, things: await makeThings(main, token) }
}

type Case = { route: string; entry: Entry; loss: string; make: (s: TestServer) => Promise<Losing> }

/** A demoted administrator may still look: what such a form does changes nothing. */
const keepsIt = (asks: string, loss: string) => asks === 'a-viewer' && loss === 'demoted'

const CASES: Case[] = Object.entries(ENTRIES).flatMap(([route, entry]) => {
  const [asks] = entry
  const kind = asks === 'managing' ? 'client' : /^a-(viewer|ruler)$/.test(asks) ? 'person' : null
  if (kind === null || route.startsWith('GET')) return []
  return Object.entries(LOSSES[kind])
    .filter(([loss]) => !keepsIt(asks, loss))
    .map(([loss, make]) => ({ route, entry, loss, make }))
})

const lastEvent = async () =>
  (await env.DB.prepare('SELECT max(seq) AS seq FROM portcullis_audit_events').first<number>(
    'seq',
  )) ?? 0

/** The request in two halves: the second is sent when the first was read and `between` is done. */
function inHalves(text: string, between: () => Promise<unknown>): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text)
  const first = Math.min(10, Math.ceil(bytes.length / 2))
  const halves = [bytes.subarray(0, first), bytes.subarray(first)]
  return new ReadableStream(
    {
      async pull(controller) {
        if (halves.length === 1) await between()
        const half = halves.shift()
        if (half) controller.enqueue(half)
        else controller.close()
      },
    },
    { highWaterMark: 0 },
  )
}

/** Not done: refused, or the person is sent to sign in. */
const isRefused = ({ status, headers }: Response) =>
  status === 401 || status === 403 || (headers.get('location') ?? '').includes('/console/sign-in')

async function expectNothingDone(what: string[], response: Response, since: number) {
  expect([...what, isRefused(response)], String(response.status)).toEqual([...what, true])
  expect([...what, await lastEvent()]).toEqual([...what, since])
}

async function sendLate(
  main: TestServer,
  { route, entry, loss, make }: Case,
  things: Things,
): Promise<void> {
  const losing = await make(main)
  const filled = await withVersion(main, route, things)
  const { url, method, headers, text } = partsOf(route, entry, losing.credential, filled)
  let since = 0
  const body = inHalves(text ?? '{}', async () => {
    await losing.lose()
    since = await lastEvent()
  })
  const path = url.replace(/^https:\/\/[^/]+/, '')
  const response = await main.send(path, { method, headers, body, redirect: 'manual' })
  await expectNothingDone([route, loss], response, since)
}

it(
  'INV-16: a body in two halves changes nothing for who lost the right between them, on every route',
  async () => {
    const { main, things } = await world()
    for (const one of CASES) await sendLate(main, one, things)
    expect(CASES.length).toBeGreaterThan(130)
  },
  PATIENCE,
)

async function sendInto(
  moment: Moment,
  parts: { url: string; method: string; headers: Record<string, string>; text: string | undefined },
  losing: Losing,
) {
  let since = 0
  const DB = interrupted(moment, async () => {
    await losing.lose()
    since = await lastEvent()
  })
  const racing = testServer({ now: NOW, env: { DB, EMAIL: mailbox().EMAIL } })
  const { url, method, headers, text } = parts
  const init = { method, headers, redirect: 'manual' as const, ...(text && { body: text }) }
  const response = await racing.send(url.replace(/^https:\/\/[^/]+/, ''), init)
  return { response, since }
}

/** A form that changes nothing does not read the head of the log. */
const CHANGING = CASES.filter(
  ({ route }) => !/console\/find$|test-mail|setup\/\w+-events?$|console\/workloads$/.test(route),
)

it.each(['before the head is read', 'after the head was read'] as const)(
  'INV-16: a change loses to what took its right away %s, on every route',
  async (moment) => {
    const { main, things } = await world()
    for (const { route, entry, loss, make } of CHANGING) {
      const losing = await make(main)
      const filled = await withVersion(main, route, things)
      const parts = partsOf(route, entry, losing.credential, filled)
      const { response, since } = await sendInto(moment, parts, losing)
      expect([route, loss, since]).not.toEqual([route, loss, 0])
      await expectNothingDone([route, loss, moment], response, since)
    }
  },
  PATIENCE,
)

it.each(['before the head is read', 'after the head was read'] as const)(
  'INV-16: a client that is cut off %s neither rotates its secret nor revokes a token',
  async (moment) => {
    const main = server()
    await main.api(undefined, 'clients:read')
    for (const [loss, make] of Object.entries(OWN_LOSSES)) {
      for (const [route, fields] of [
        ['POST /oauth/rotate', {}],
        ['POST /oauth/revoke', { token: '{token}' }],
      ] as [string, Record<string, string>][]) {
        const { token, ...losing } = await make(main)
        const parts = partsOf(route, ['a-secret', fields], losing.credential, {
          token,
        })
        const { response, since } = await sendInto(moment, parts, losing)
        expect(since).toBeGreaterThan(0)
        await expectNothingDone([route, loss, moment], response, since)
      }
    }
  },
)
