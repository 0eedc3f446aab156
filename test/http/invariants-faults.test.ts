import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { aMinutePasses, type Fault, faultyD1, faultyKv, type Plan } from '../doubles/faults.ts'
import { API, type Client, type Json, type TestServer, testServer } from '../support/server.ts'

const NOW = Date.UTC(2026, 10, 22, 10, 0, 0) / 1000

// Each injected fault is logged, as it should be, and says nothing here.
beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => {
  vi.restoreAllMocks()
})

async function setUp() {
  const server = testServer({ now: NOW })
  await server.api()
  const caller = await server.client({ [API]: 'tokens:introspect' })
  const client = await server.client({ [API]: 'invoices:read' })
  return { server, caller, client, token: await server.token(client) }
}

async function eventsOf(server: TestServer, clientId: string): Promise<string[]> {
  const { data } = await server.adminOk('GET', `/audit-events?client_id=${clientId}&limit=100`)
  return data.map((event: Json) => event['action'])
}

type Change = {
  name: string
  event: string
  prepare?: (server: TestServer, client: Client) => Promise<unknown>
  make: (server: TestServer, client: Client) => Promise<Response>
  /** Whether what GET answers shows the change. */
  isDone: (status: number, body: Json) => boolean
  isActiveAfter: boolean
}

const CHANGES: Change[] = [
  {
    name: 'a suspension',
    event: 'client.suspended',
    make: (server, client) => server.suspend(client, { reason: 'leaked' }),
    isDone: (_, body) => body['status'] === 'suspended',
    isActiveAfter: false,
  },
  {
    name: 'a resume',
    event: 'client.resumed',
    prepare: (server, client) => server.suspend(client),
    make: (server, client) => server.resume(client),
    isDone: (_, body) => body['status'] === 'available',
    isActiveAfter: true,
  },
  {
    name: 'a deletion',
    event: 'client.deleted',
    make: (server, client) => server.admin('DELETE', `/clients/${client.id}`),
    isDone: (status) => status === 404,
    isActiveAfter: false,
  },
  {
    name: 'a cut of tokens with a change of access',
    event: 'client.access_changed',
    make: (server, client) =>
      server.admin('PUT', `/clients/${client.id}/access`, {
        roles: [],
        permissions: [{ audience: API, permission: 'invoices:write' }],
        apply_to_issued_tokens: true,
      }),
    isDone: (_, body) => body['scope'] === 'invoices:write' && body['tokens_valid_from'] !== null,
    isActiveAfter: false,
  },
]

const FAULTS: [string, (at: number) => Plan, Fault][] = [
  [
    'throws once',
    (at) =>
      ({ number }) =>
        number === at && 'throws',
    'throws',
  ],
  [
    'loses one answer',
    (at) =>
      ({ number }) =>
        number === at && 'throws after commit',
    'throws after commit',
  ],
  [
    'throws from then on',
    (at) =>
      ({ number }) =>
        number >= at && 'throws',
    'throws',
  ],
]

describe.each(CHANGES)('$name', ({ event, prepare, make, isDone, isActiveAfter }) => {
  it.each(FAULTS)(
    'INV-8: is told truthfully where D1 %s, at any of its calls',
    async (_name, plan) => {
      const { server, caller } = await setUp()
      let [at, reached] = [0, true]
      while (reached) {
        at += 1
        const client = await server.client({ [API]: 'invoices:read' })
        const token = await server.token(client)
        await prepare?.(server, client)
        reached = false
        const DB = faultyD1(env.DB, (call) => {
          const fault = plan(at)(call)
          if (fault) reached = true
          return fault
        })
        const faulty = testServer({ now: NOW, env: { DB } })
        const response = await make(faulty, client)
        const shown = await server.admin('GET', `/clients/${client.id}`)
        const done = isDone(shown.status, await shown.json<Json>())
        const events = (await eventsOf(server, client.id)).filter((action) => action === event)
        expect([at, events.length]).toEqual([at, done ? 1 : 0])
        if (response.ok) expect([at, done]).toEqual([at, true])
        else expect([at, response.status]).toEqual([at, 503])
        const { active } = await server.introspect(token, caller)
        expect([at, active]).toEqual([at, done ? isActiveAfter : !isActiveAfter])
        if (response.ok) continue
        const again = await make(server, client)
        expect([200, 204, event === 'client.deleted' && done ? 404 : 200]).toContain(again.status)
        const all = (await eventsOf(server, client.id)).filter((action) => action === event)
        expect([at, all.length]).toEqual([at, 1])
      }
      expect(at).toBeGreaterThan(3)
    },
  )
})

describe('the denylist', () => {
  it('INV-9: is what D1 says within a minute of the end of a fault of KV, by the cron', async () => {
    const { server, client } = await setUp()
    const DENYLIST = faultyKv(env.DENYLIST, ({ texts }) => texts[0]?.startsWith('put') && 'throws')
    const faulty = testServer({ now: NOW, env: { DENYLIST } })
    await faulty.suspend(client)
    await expect(faulty.cron()).rejects.toThrow('The cron failed at anchor')
    expect(await env.DENYLIST.get(`client:${client.id}`)).toBeNull()
    await aMinutePasses(server.clock, env.DB)
    await server.cron()
    expect(await env.DENYLIST.get(`client:${client.id}`, 'json')).toMatchObject({
      version: 1,
      suspended: true,
    })
    await aMinutePasses(server.clock, env.DB)
    await server.cron()
    const body = await server.adminOk('GET', `/clients/${client.id}`)
    expect(body['propagation']).toBe('complete')
  })

  it('INV-9: is brought up to date behind a later change of another client, too', async () => {
    const { server, client, caller } = await setUp()
    const DENYLIST = faultyKv(env.DENYLIST, ({ texts }) => texts[0]?.startsWith('put') && 'throws')
    const faulty = testServer({ now: NOW, env: { DENYLIST } })
    await faulty.suspend(client)
    await faulty.resume(client)
    await faulty.suspend(client)
    await aMinutePasses(server.clock, env.DB)
    await server.adminOk('PATCH', `/clients/${caller.id}`, { description: 'b' })
    expect(await env.DENYLIST.get(`client:${client.id}`, 'json')).toEqual({
      version: 3,
      suspended: true,
      generation: 0,
      revoked: [],
    })
  })

  it.each(['throws', 'throws after commit'] as const)(
    'INV-9: catches up where D1 %s between the write to KV and its note of it',
    async (fault) => {
      const { server, client } = await setUp()
      const DB = faultyD1(
        env.DB,
        ({ texts }) => /^\s*DELETE FROM portcullis_denylist_outbox/.test(texts[0] ?? '') && fault,
      )
      const faulty = testServer({ now: NOW, env: { DB } })
      const response = await faulty.suspend(client)
      expect(response.status).toBe(200)
      await server.resume(client)
      await aMinutePasses(server.clock, env.DB)
      await server.cron()
      expect(await env.DENYLIST.get(`client:${client.id}`, 'json')).toMatchObject({
        version: 2,
        suspended: false,
      })
      // A writer whose claim lapsed may yet write late: the entry is written once more after it.
      await aMinutePasses(server.clock, env.DB)
      await server.cron()
      const body = await server.adminOk('GET', `/clients/${client.id}`)
      expect(body['propagation']).toBe('complete')
    },
  )
})

describe('without D1', () => {
  it.each(['throws', 'throws after commit'] as Fault[])(
    'INV-1: introspection says 503 and never active, and no token is issued, where it %s',
    async (fault) => {
      const { client, caller, token } = await setUp()
      const faulty = testServer({ now: NOW, env: { DB: faultyD1(env.DB, () => fault) } })
      const answers = [
        await faulty.form('/oauth/introspect', { token }, caller),
        await faulty.tokenRequest(client),
        await faulty.form('/oauth/revoke', { token }, client),
        await faulty.admin('GET', '/clients'),
      ]
      for (const answer of answers) {
        expect(answer.status).toBe(503)
        expect(answer.headers.get('retry-after')).toMatch(/^\d+$/)
        expect(answer.headers.get('cache-control')).toBe('no-store')
        expect(await answer.text()).not.toMatch(/"active"|access_token|SELECT|portcullis_/)
      }
    },
  )

  it('INV-1: a suspension waits for no KV that hangs, and a question for no D1 that does', async () => {
    const { server, client, caller, token } = await setUp()
    let hung = 0
    const DENYLIST = faultyKv(
      env.DENYLIST,
      ({ texts }) => texts[0]?.startsWith('put') && hung++ === 0 && 'hangs',
    )
    const [suspension, introspection, issue] = await Promise.all([
      testServer({ now: NOW, env: { DENYLIST } }).suspend(client),
      testServer({ now: NOW, env: { DB: faultyD1(env.DB, () => 'hangs') } }).form(
        '/oauth/introspect',
        { token },
        caller,
      ),
      testServer({ now: NOW, env: { DB: faultyD1(env.DB, () => 'hangs') } }).tokenRequest(caller),
    ])
    expect([introspection.status, issue.status]).toEqual([503, 503])
    expect([suspension.status, await suspension.json()]).toMatchObject([
      200,
      { status: 'suspended', propagation: 'pending' },
    ])
    expect(await server.introspect(token, caller)).toEqual({ active: false })
  })
})
