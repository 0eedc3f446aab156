import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { API, type Json, testServer, type TestServer } from '../support/server.ts'

const headers = { Authorization: `Bearer ${env.BOOTSTRAP_TOKEN}` }
const inFull = async (server: TestServer) =>
  (await server.send('/health', { headers })).json<Json>()
const problems = async (server: TestServer) =>
  ((await inFull(server))['problems'] as { problem: string; level: string }[]).map(
    ({ problem, level }) => `${problem} ${level}`,
  )
const run = (sql: string, ...values: unknown[]) =>
  env.DB.prepare(sql)
    .bind(...values)
    .run()

let warnings: ReturnType<typeof vi.spyOn>
beforeEach(() => {
  warnings = vi.spyOn(console, 'warn').mockImplementation(() => {})
})
afterEach(() => {
  vi.restoreAllMocks()
})

/** A server that has issued a token, and whose cron has run. */
async function aServer() {
  const server = testServer()
  await server.api()
  const client = await server.client({ [API]: 'invoices:read' })
  await server.token(client)
  await server.cron()
  return { server, client }
}

describe('the level that everybody may see', () => {
  it('is ok, degraded or failing where clients are served, in one word', async () => {
    const { server } = await aServer()
    const healthNow = async () => {
      const response = await server.send('/health')
      return [response.status, await response.json()]
    }
    expect(await healthNow()).toEqual([200, { status: 'ok' }])
    server.clock.now += 6 * 60
    expect(await healthNow()).toEqual([200, { status: 'degraded' }])
    server.clock.now += 24 * 60
    expect(await healthNow()).toEqual([200, { status: 'failing' }])
  })

  it('is a status code too, from the level on that a monitor asks for', async () => {
    const { server } = await aServer()
    const codes = () =>
      Promise.all(
        ['degraded', 'failing', 'unavailable'].map(
          async (level) => (await server.send(`/health?fail_on=${level}`)).status,
        ),
      )
    expect(await codes()).toEqual([200, 200, 200])
    server.clock.now += 6 * 60
    expect(await codes()).toEqual([503, 200, 200])
    server.clock.now += 24 * 60
    expect(await codes()).toEqual([503, 503, 200])
  })

  it.each(['ok', 'worse', '', 'failing&fail_on=degraded'])(
    'is not told where nobody knows what is asked for: %s',
    async (asked) => {
      const response = await testServer().send(`/health?fail_on=${asked}`)
      expect([response.status, await response.json<Json>()]).toMatchObject([
        400,
        { error: 'invalid_request' },
      ])
    },
  )
})

describe('what an administrator is told of', () => {
  it('is each problem with its age', async () => {
    const { server } = await aServer()
    const stopped = server.clock.now
    server.clock.now += 400
    expect((await inFull(server))['problems']).toEqual([
      {
        problem: 'cron_stopped',
        level: 'degraded',
        since: new Date(stopped * 1000).toISOString().replace('.000', ''),
        age_seconds: 400,
        detail: null,
      },
    ])
  })

  it('is an edge that does not learn, by the time of its oldest entry', async () => {
    const { server, client } = await aServer()
    const DENYLIST = new Proxy(env.DENYLIST, {
      get: (kv, name) =>
        name === 'put'
          ? () => Promise.reject(new Error('refused'))
          : Reflect.get(kv, name).bind(kv),
    })
    vi.spyOn(console, 'error').mockImplementation(() => {})
    const refusing = testServer({ env: { DENYLIST }, now: server.clock.now })
    await refusing.suspend(client)
    expect((await inFull(server))['pending']).toMatchObject({ denylist_entries: 1 })
    expect(await problems(server)).toEqual([])
    await run('UPDATE portcullis_denylist_outbox SET since = since - 360')
    expect(await problems(server)).toEqual(['denylist_behind degraded'])
  })

  it('is a client that a person has to decide on', async () => {
    const { server, client } = await aServer()
    await run(
      "UPDATE portcullis_clients SET suspended_at = ?, suspended_reason = 'Held: …' WHERE client_id = ?",
      server.clock.now,
      client.id,
    )
    expect(await inFull(server)).toMatchObject({ clients_held: 1, status: 'degraded' })
    await server.resume(client)
    expect(await inFull(server)).toMatchObject({ clients_held: 0, status: 'ok' })
  })

  it('is a suspended client that still tries, and what was refused today', async () => {
    const { server, client } = await aServer()
    await server.suspend(client)
    for (let tries = 0; tries < 3; tries++) await server.tokenRequest(client)
    server.clock.now += 61
    await server.tokenRequest(client)
    await server.cron()
    expect(await inFull(server)).toMatchObject({
      status: 'degraded',
      refused_today: { suspended: 4 },
      suspended_clients_trying: [{ client_id: client.id, count: 4 }],
    })
    expect(await problems(server)).toEqual(['suspended_clients_trying degraded'])
  })

  it('is a database that fills up, by the limit that is configured', async () => {
    const { server } = await aServer()
    const { bytes } = (await inFull(server))['database'] as { bytes: number }
    expect(bytes).toBeGreaterThan(100_000)
    const small = testServer({ databaseLimitMb: 1, now: server.clock.now })
    const share = bytes / 1_000_000
    const level = share >= 0.95 ? 'failing' : share >= 0.8 ? 'degraded' : null
    const expected = level ? [`database_nearly_full ${level}`] : []
    expect(await problems(small)).toEqual(expected)
    expect((await inFull(small))['database']).toEqual({ bytes, limit: 1_000_000 })
  })
})

it('is told in the log by each run of the cron that ends with something wrong', async () => {
  const { server } = await aServer()
  expect(warnings.mock.calls).toEqual([])
  await run('UPDATE portcullis_clients SET suspended_at = 1, suspended_reason = ?', 'Held: …')
  server.clock.now += 60
  await server.cron()
  expect(
    warnings.mock.calls.map(([line]: unknown[]) => JSON.parse(String(line)) as unknown),
  ).toEqual([
    {
      level: 'warning',
      event: 'health',
      problems: [
        {
          problem: 'clients_held',
          level: 'degraded',
          age_seconds: server.clock.now - 1,
          detail: '1',
        },
      ],
    },
  ])
})

it('has an age where nothing but the cron knows since when, until it is over', async () => {
  const { server } = await aServer()
  const closed = testServer({ now: server.clock.now, env: { CLOSED: 'true' } })
  const ages = async () =>
    ((await inFull(closed))['problems'] as Json[]).map((one) => [
      one['problem'],
      one['age_seconds'],
    ])
  expect(await ages()).toEqual([['closed', null]])
  await closed.cron()
  closed.clock.now += 120
  await closed.cron()
  expect(await ages()).toEqual([['closed', 120]])
  server.clock.now += 180
  await server.cron()
  closed.clock.now += 120
  expect(await ages()).toEqual([['closed', null]])
})

it('tells of a hundred guesses of the bootstrap token, which strangers cause no write for', async () => {
  const limits = { perClient: 1000, perAddress: 1000 }
  const server = testServer({ now: Date.UTC(2026, 10, 22, 12) / 1000, failureLimits: limits })
  await server.api()
  const client = await server.client({ [API]: 'invoices:read' })
  await server.token(client)
  await server.cron()
  const rows = async () =>
    (await env.DB.prepare('SELECT * FROM portcullis_token_counts ORDER BY 1, 2, 3').all()).results
  const before = await rows()
  for (let guess = 0; guess < 100; guess++) {
    await server.admin('GET', '/clients', undefined, `a-guess-of-the-bootstrap-token-${guess}`)
  }
  expect(await rows()).toEqual(before)
  expect(await problems(server)).toEqual([])
  server.clock.now += 61
  await server.token(client)
  expect(await problems(server)).toEqual(['many_guesses degraded'])
  expect(await inFull(server)).toMatchObject({ refused_today: { bootstrap_token_guess: 100 } })
})
