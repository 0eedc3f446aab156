import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { faultyD1, type Plan } from '../doubles/faults.ts'
import { countingServer } from '../support/counting.ts'
import { API, type Client, type Json, type TestServer, testServer } from '../support/server.ts'

const NOON = Date.UTC(2026, 10, 22, 12) / 1000
const [MINUTE, HOUR, DAY] = [60, 3600, 86_400]
const iso = (at: number) => new Date(at * 1000).toISOString().replace('.000Z', 'Z')

let server: TestServer
let old: Client

beforeEach(async () => {
  server = testServer({ now: NOON })
  await server.api()
  old = await server.client({ [API]: 'invoices:read' }, { allow_self_rotation: true })
  // The signing key is made with the first token.
  await server.token(old)
})

const path = () => `/clients/${old.id}/secrets`

async function replace(fields: Json = {}): Promise<Client & { secretId: string }> {
  const wanted = { activate: 'on_first_use', retire_others_in: HOUR, ...fields }
  const made = await server.adminOk('POST', path(), wanted)
  expect(made).toMatchObject({ retire_others_in: wanted.retire_others_in, retires_at: null })
  return { ...old, secret: String(made['client_secret']), secretId: String(made['secret_id']) }
}

const works = async (client: Client, at = server) => (await at.tokenRequest(client)).status === 200
const secrets = async (): Promise<Json[]> => (await server.adminOk('GET', path()))['data']
const ends = async () => (await secrets()).map((one) => one['retires_at'])
const waits = async () => (await secrets()).map((one) => one['retire_others_in'])

async function retirements(): Promise<Json[]> {
  const { data } = await server.adminOk('GET', '/audit-events?action=secret.retired')
  return data
}

/** A server on the same database, whose work behind the answer is cut off at some statement. */
const serverWith = (plan: Plan) =>
  testServer({ now: server.clock.now, env: { DB: faultyD1(env.DB, plan) } })

const isCommit: Plan = ({ texts }) =>
  texts.some((text) => text.includes('INTO portcullis_audit_events')) ? 'throws' : null
const isNote: Plan = ({ texts }) =>
  texts.some((text) => text.startsWith('UPDATE portcullis_secrets SET last_used_at'))
    ? 'throws'
    : null

describe('a secret that others wait for', () => {
  it('ends none of them, however long nobody uses it', async () => {
    const next = await replace()
    server.clock.now += 30 * DAY
    await server.cron()
    expect(await works(old)).toBe(true)
    expect([await ends(), await waits()]).toEqual([
      [null, null],
      [null, HOUR],
    ])
    expect(await works(next)).toBe(true)
  })

  it('begins their clock with its first use, to the second', async () => {
    const next = await replace()
    server.clock.now += DAY
    const at = server.clock.now
    expect(await works(next)).toBe(true)
    expect([await ends(), await waits()]).toEqual([
      [iso(at + HOUR), null],
      [null, null],
    ])
    server.clock.now = at + HOUR - 1
    expect(await works(old)).toBe(true)
    server.clock.now = at + HOUR
    expect(await works(old)).toBe(false)
    expect(await works(next)).toBe(true)
    expect(await ends()).toEqual([null])
  })

  it('tells the audit log once, as what the server did and why', async () => {
    const next = await replace()
    await Promise.all([works(next), works(next), works(next)])
    server.clock.now += 2 * MINUTE
    await works(next)
    await server.cron()
    const [event, ...more] = await retirements()
    expect(more).toEqual([])
    expect(event).toMatchObject({
      actor: { type: 'system', id: 'portcullis' },
      client_id: old.id,
      target: { type: 'secret', id: (await secrets())[0]?.['secret_id'] },
      reason: 'The new secret was used for the first time.',
      changes: { retires_at: { from: null, to: iso(NOON + HOUR) } },
    })
    const { intact } = await server.adminOk('GET', '/audit-events/verification')
    expect(intact).toBe(true)
  })

  it('counts as used at introspection, too, and not where the secret is wrong', async () => {
    const next = await replace()
    const wrong = { ...next, secret: old.secret.slice(0, -1) }
    await server.form('/oauth/introspect', { token: 'x' }, wrong)
    expect(await ends()).toEqual([null, null])
    await server.form('/oauth/introspect', { token: 'x' }, next)
    expect(await ends()).toEqual([iso(NOON + HOUR), null])
  })

  it('ends nothing any more once it is deleted unused', async () => {
    const next = await replace()
    await server.adminOk('DELETE', `${path()}/${next.secretId}`)
    await server.cron()
    expect([await works(old), await ends()]).toEqual([true, [null]])
  })
})

describe('the cost of a first use', () => {
  it('is nothing before the answer, and nothing at all for the uses after it', async () => {
    const next = await replace()
    const counting = countingServer(NOON)
    const ask = (at: number, { id, secret }: Client = next) => {
      counting.clock.now = at
      const authorization = `Basic ${btoa(`${id}:${secret}`)}`
      return counting.form('/oauth/token', { grant_type: 'client_credentials' }, authorization)
    }
    await ask(NOON, old)
    const first = await ask(NOON)
    expect([first.response.status, first.before.reads, first.before.writes]).toEqual([200, 1, 0])
    expect(first.inAll.writes).toBeGreaterThan(2)
    const second = await ask(NOON + 1)
    expect([second.before.reads, second.inAll.reads, second.inAll.writes]).toEqual([1, 1, 0])
    const later = await ask(NOON + MINUTE)
    // The notes of the secret and of the client, and the counts of the isolate, as for any secret.
    expect([later.before.reads, later.inAll.reads, later.inAll.writes]).toEqual([1, 1, 3])
  })
})

describe('where the work behind the answer is lost', () => {
  it('the cron sets the end, as of the first use', async () => {
    const next = await replace()
    expect(await works(next, serverWith(isCommit))).toBe(true)
    expect(await ends()).toEqual([null, null])
    server.clock.now += MINUTE
    await server.cron()
    expect([await ends(), await waits()]).toEqual([
      [iso(NOON + HOUR), null],
      [null, null],
    ])
    expect(await retirements()).toHaveLength(1)
  })

  it('a later use does, without the cron, and as of the first use', async () => {
    const next = await replace()
    await works(next, serverWith(isCommit))
    server.clock.now += 2 * MINUTE
    await works(next)
    expect(await ends()).toEqual([iso(NOON + HOUR), null])
  })

  it('with the note itself, the next use counts as the first', async () => {
    const next = await replace()
    await works(next, serverWith(isNote))
    server.clock.now += MINUTE
    await server.cron()
    expect(await ends()).toEqual([null, null])
    await works(next)
    expect(await ends()).toEqual([iso(NOON + MINUTE + HOUR), null])
  })

  it('whatever change comes first carries it, even the end of the new secret', async () => {
    const next = await replace()
    await works(next, serverWith(isCommit))
    await server.adminOk('DELETE', `${path()}/${next.secretId}`)
    expect(await ends()).toEqual([iso(NOON + HOUR)])
    expect(await retirements()).toHaveLength(1)
  })

  it('is behind the time: an end that has passed by then is final', async () => {
    const next = await replace({ retire_others_in: 0 })
    await works(next, serverWith(isCommit))
    expect(await works(old)).toBe(true)
    server.clock.now += MINUTE
    await server.cron()
    expect([await works(old), await ends()]).toEqual([false, [null]])
  })
})

it('begins the clock where the client replaces the new secret with its first use', async () => {
  const next = await replace()
  const rotated = await server.form('/oauth/rotate', { overlap: '0' }, next)
  expect(rotated.status).toBe(201)
  expect([await ends(), await waits()]).toEqual([
    [iso(NOON + HOUR), null],
    [null, null],
  ])
})

it.each([
  [{ activate: 'on_first_use' }, 'retire_others_in'],
  [{ activate: 'on_first_use', retire_others_in: 604_801 }, 'retire_others_in'],
  [{ activate: 'on_first_use', retire_others_on: '2026-12-01' }, 'retire_others_on'],
  [{ retire_others_in: 0, retire_others_on: '2026-12-01' }, 'retire_others_on'],
  [{ retire_others_on: '2026-11-21' }, 'retire_others_on'],
  [{ activate: 'later' }, 'activate'],
])('refuses %j, and names the field', async (body, field) => {
  const response = await server.admin('POST', path(), body)
  expect(response.status).toBe(400)
  expect((await response.json<Json>())['errors']).toMatchObject([{ field }])
  expect(await secrets()).toHaveLength(1)
})

it('retires the others at the end of a day that is named', async () => {
  await server.adminOk('POST', path(), { activate: 'now', retire_others_on: '2026-12-24' })
  expect(await ends()).toEqual(['2026-12-24T23:59:59Z', null])
})
