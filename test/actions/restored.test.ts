import { env } from 'cloudflare:workers'
import * as fc from 'fast-check'
import { decodeJwt } from 'jose'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { DENYLIST_TTL, type DenylistEntry } from '../../src/domain/denylist.ts'
import { aMinutePasses, faultyD1, faultyKv } from '../doubles/faults.ts'
import {
  API,
  type Client,
  ISSUER,
  type Json,
  type TestServer,
  testServer,
} from '../support/server.ts'

const SEED = 20_261_122
const VERIFICATION = '/audit-events/verification'

// Each injected fault is logged, as it should be, and says nothing here.
beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => {
  vi.restoreAllMocks()
})

type Snapshot = Map<string, Json[]>

/** All that D1 holds of ours; the search index and the counts follow the clients by triggers. */
async function snapshot(): Promise<Snapshot> {
  const { results } = await env.DB.prepare(
    `SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'portcullis_%'
     AND name NOT LIKE 'portcullis_client_search%' AND name <> 'portcullis_client_counts'`,
  ).all<{ name: string }>()
  const tables = new Map<string, Json[]>()
  for (const { name } of results) {
    tables.set(name, (await env.DB.prepare(`SELECT * FROM ${name}`).all<Json>()).results)
  }
  return tables
}

/** D1 as it was then, at once and as a whole, as Time Travel has it. */
async function restore(tables: Snapshot): Promise<void> {
  const names = [...tables.keys()]
  const inserts = [...tables].flatMap(([name, rows]) => {
    const columns = Object.keys(rows[0] ?? {})
    if (columns.length === 0) return []
    const values = columns.map((column) => `value ->> '${column}'`).join(', ')
    const text = `INSERT INTO ${name} (${columns.join(', ')}) SELECT ${values} FROM json_each(?)`
    return [env.DB.prepare(text).bind(JSON.stringify(rows))]
  })
  await env.DB.batch([
    env.DB.prepare('PRAGMA defer_foreign_keys = on'),
    ...names.map((name) => env.DB.prepare(`DELETE FROM ${name}`)),
    ...inserts,
  ])
}

async function entries(): Promise<Map<string, DenylistEntry>> {
  const { keys } = await env.DENYLIST.list({ prefix: 'client:' })
  const texts = await Promise.all(
    keys.map(
      async ({ name }): Promise<[string, DenylistEntry | null]> => [
        name.slice('client:'.length),
        await env.DENYLIST.get<DenylistEntry>(name, 'json'),
      ],
    ),
  )
  return new Map(texts.flatMap(([id, entry]) => (entry ? [[id, entry]] : [])))
}

async function versionsByD1(): Promise<Map<string, number>> {
  const { results } = await env.DB.prepare(
    'SELECT client_id AS id, denylist_version AS version FROM portcullis_clients',
  ).all<{ id: string; version: number }>()
  return new Map(results.map(({ id, version }) => [id, version]))
}

/** Of what the denylist knows nothing is forgotten: versions only grow. */
function expectGrown(before: Map<string, DenylistEntry>, after: Map<string, DenylistEntry>): void {
  const fallen = [...before].filter(([id, { version }]) => (after.get(id)?.version ?? -1) < version)
  expect(fallen).toEqual([])
}

type Issued = { client: Client; token: string; jti: string; gen: number }

/** What happened to some clients, and every token they were given. */
type Story = { server: TestServer; caller: Client; clients: Client[]; issued: Issued[] }

const CHANGES = [
  ...(['suspend', 'resume', 'revoke all', 'revoke one', 'delete'] as const),
  ...(['create', 'token', 'token', 'time', 'cron'] as const),
]
const step = fc.record({ what: fc.constantFrom(...CHANGES), client: fc.nat(), token: fc.nat() })
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

async function create({ server, clients }: Pick<Story, 'server' | 'clients'>): Promise<void> {
  clients.push(await server.client({ [API]: 'invoices:read' }))
}

async function issue({ server, issued }: Story, client: Client): Promise<void> {
  const response = await server.tokenRequest(client)
  if (!response.ok) return
  const { access_token: token } = await response.json<Json>()
  const { jti, gen } = decodeJwt<{ jti: string; gen: number }>(token)
  issued.push({ client, token, jti, gen })
}

async function take(story: Story, { what, client, token }: Step): Promise<void> {
  const { server, clients, issued } = story
  const one = clients[client % clients.length] as Client
  const ofOne = issued.filter((i) => i.client === one)
  const revoked = ofOne[token % Math.max(ofOne.length, 1)]?.token ?? 'none'
  const acts: Record<Step['what'], () => Promise<unknown>> = {
    suspend: () => server.suspend(one),
    resume: () => server.resume(one),
    'revoke all': () => server.admin('DELETE', `/clients/${one.id}/tokens`),
    'revoke one': () => server.form('/oauth/revoke', { token: revoked }, one),
    delete: () => server.admin('DELETE', `/clients/${one.id}`),
    create: () => create(story),
    token: () => issue(story, one),
    time: async () => (server.clock.now += 61),
    cron: () => server.cron(),
  }
  await acts[what]()
}

/** A time at which the log's end is anchored outside D1. */
async function anchored(server: TestServer): Promise<void> {
  server.clock.now += 601
  await server.cron()
}

async function aStory(server = testServer()): Promise<Story> {
  await server.api()
  const caller = await server.client({ [API]: 'tokens:introspect' })
  return { server, caller, clients: [], issued: [] }
}

async function isActive({ server, caller }: Story, { token }: Issued): Promise<boolean> {
  return Boolean((await server.introspect(token, caller))['active'])
}

/** Nothing of this client works: no token by its secret, none that it had. */
async function expectDead(story: Story, client: Client): Promise<void> {
  expect((await story.server.tokenRequest(client)).status).toBe(401)
  for (const one of story.issued.filter((i) => i.client === client)) {
    expect(await isActive(story, one)).toBe(false)
  }
}

/** What was revoked stays so after a resume, and the rest works as before. */
async function expectResumed(story: Story, client: Client, known: DenylistEntry): Promise<void> {
  const { server } = story
  expect((await server.resume(client)).status).toBe(200)
  const ofClient = story.issued.filter((i) => i.client === client)
  for (const one of ofClient) {
    if (one.gen >= known.generation && !known.revoked.includes(one.jti)) continue
    expect(await isActive(story, one)).toBe(false)
  }
  const fresh = await server.token(client)
  expect(await server.introspect(fresh, story.caller)).toMatchObject({ active: true })
}

async function detail(server: TestServer): Promise<Json> {
  const headers = { Authorization: `Bearer ${env.BOOTSTRAP_TOKEN}` }
  return (await server.send('/health', { headers })).json<Json>()
}

/** Suspension by id, of clients that exist. */
async function suspensions(): Promise<Map<string, number | null>> {
  const { results } = await env.DB.prepare(
    'SELECT client_id AS id, suspended_at AS at FROM portcullis_clients',
  ).all<{ id: string; at: number | null }>()
  return new Map(results.map(({ id, at }) => [id, at]))
}

describe('a database that was taken back to an earlier time', () => {
  it('INV-10: gives nothing back that the denylist knows as cut off, before an administrator does', async () => {
    const base = await aStory()
    const { server } = base
    const history = fc.record({
      before: fc.array(step, { maxLength: 10 }),
      after: fc.array(step, { minLength: 1, maxLength: 12 }),
      // Whether requests meet the restored database before the cron does.
      asked: fc.boolean(),
      crons: fc.constantFrom(1, 1, 2),
    })
    await fc.assert(
      fc.asyncProperty(history, async ({ before, after, asked, crons }) => {
        const story: Story = { ...base, clients: [], issued: [] }
        // A run that failed leaves a database that was taken back.
        await server.adminOk('POST', VERIFICATION)
        await aMinutePasses(server.clock, env.DB)
        await server.cron()
        for (let n = 0; n < 3; n++) {
          await create(story)
          await issue(story, story.clients[n] as Client)
        }
        for (const one of before) await take(story, one)
        await anchored(server)
        const then = await snapshot()
        for (const one of after) await take(story, one)
        // So that there is something to take back, whatever was done.
        await server.client()
        await anchored(server)
        const known = await entries()

        await restore(then)
        const [rewound, suspended] = [await versionsByD1(), await suspensions()]
        const exists = (client: Client) => rewound.has(client.id)
        const isBehind = ({ id }: Client) =>
          (known.get(id)?.version ?? 0) > (rewound.get(id) ?? Infinity)
        if (asked) for (const one of story.clients) await issue(story, one)
        await Promise.all(Array.from({ length: crons }, () => server.cron()))

        const concerned = story.clients.filter(isBehind)
        for (const one of story.clients.filter((c) => isBehind(c) || !exists(c))) {
          await expectDead(story, one)
        }
        const now = await suspensions()
        for (const { id } of story.clients.filter((c) => exists(c) && !isBehind(c))) {
          expect([id, now.get(id)]).toEqual([id, suspended.get(id)])
        }
        expect(await detail(server)).toMatchObject({ taken_back: true })
        const verdict = await server.adminOk('GET', VERIFICATION)
        expect(verdict).toMatchObject({ intact: false, reason: 'not_anchored' })
        await aMinutePasses(server.clock, env.DB)
        await server.cron()
        const held = await entries()
        expectGrown(known, held)
        for (const { id } of concerned) {
          expect(held.get(id)).toMatchObject({ suspended: true })
          expect(held.get(id)?.version).toBeGreaterThan(known.get(id)?.version ?? Infinity)
        }

        for (const one of concerned) {
          await expectResumed(story, one, known.get(one.id) as DenylistEntry)
        }
        expectGrown(held, await entries())
        await server.adminOk('POST', VERIFICATION)
        expect(await server.adminOk('GET', VERIFICATION)).toMatchObject({ intact: true })
        await aMinutePasses(server.clock, env.DB)
        await server.cron()
        expect(await detail(server)).toMatchObject({ taken_back: false })
      }),
      { seed: SEED, numRuns: 10 },
    )
  }, 180_000)

  it('INV-10: gives nothing back of what its own outbox was about to tell the denylist then', async () => {
    const story = await aStory()
    const { server } = story
    await create(story)
    const [client] = story.clients as [Client]
    await issue(story, client)
    await server.suspend(client)
    // KV is down for the resume: its entry is due while the snapshot is taken.
    const DENYLIST = faultyKv(env.DENYLIST, ({ texts }) => texts[0]?.startsWith('put') && 'throws')
    await testServer({ now: server.clock.now, env: { DENYLIST } }).resume(client)
    const then = await snapshot()
    await aMinutePasses(server.clock, env.DB)
    await server.suspend(client)
    await anchored(server)
    const known = await entries()
    expect(known.get(client.id)).toMatchObject({ version: 3, suspended: true })

    await restore(then)
    await aMinutePasses(server.clock, env.DB)
    await server.cron()
    expectGrown(known, await entries())
    await expectDead(story, client)
  })

  it('INV-10: overwrites nothing in a denylist that it cannot read', async () => {
    const story = await aStory()
    const { server } = story
    await create(story)
    const [client] = story.clients as [Client]
    await issue(story, client)
    const due = `INSERT INTO portcullis_denylist_outbox (client_id, version) VALUES ('${client.id}', 0)`
    await env.DB.prepare(due).run()
    const then = await snapshot()
    await env.DB.prepare('DELETE FROM portcullis_denylist_outbox').run()
    await server.suspend(client)
    const known = await entries()

    await restore(then)
    await aMinutePasses(server.clock, env.DB)
    const DENYLIST = faultyKv(env.DENYLIST, ({ texts }) => texts[0]?.startsWith('get') && 'throws')
    const blind = testServer({ now: server.clock.now, env: { DENYLIST } })
    await expect(blind.cron()).rejects.toThrow('The cron failed')
    expect(await entries()).toEqual(known)
    await aMinutePasses(server.clock, env.DB)
    await server.cron()
    await expectDead(story, client)
  })

  it('INV-10: holds a client whose entry is garbled, and all others as well', async () => {
    const story = await aStory()
    const { server } = story
    for (let n = 0; n < 2; n++) await create(story)
    const [garbled, other] = story.clients as [Client, Client]
    for (const client of story.clients) await issue(story, client)
    const then = await snapshot()
    for (const client of story.clients) await server.suspend(client)
    await restore(then)
    const value = { version: 5, suspended: true, generation: 0, revoked: [null] }
    const options = { metadata: { version: 5 } }
    await env.DENYLIST.put(`client:${garbled.id}`, JSON.stringify(value), options)
    await aMinutePasses(server.clock, env.DB)
    await server.cron()
    await expectDead(story, garbled)
    await expectDead(story, other)
  })

  it.each([
    ['the client revokes a token of its own', 'revoke one'],
    ['an administrator revokes its tokens', 'revoke all'],
  ] as const)(
    'INV-10: gives nothing back where %s before the cron looked at it',
    async (_name, what) => {
      const story = await aStory()
      const { server } = story
      await create(story)
      const [client] = story.clients as [Client]
      for (let n = 0; n < 2; n++) await issue(story, client)
      await anchored(server)
      const then = await snapshot()
      await server.suspend(client)
      await anchored(server)
      const known = await entries()
      await restore(then)
      await take(story, { what, client: 0, token: 0 })
      await server.cron()
      expectGrown(known, await entries())
      await expectDead(story, client)
    },
  )

  it('INV-10: is looked through in the next run where the first one failed at it', async () => {
    const story = await aStory()
    const { server } = story
    await create(story)
    const [client] = story.clients as [Client]
    await issue(story, client)
    await anchored(server)
    const then = await snapshot()
    await server.suspend(client)
    await anchored(server)
    await restore(then)
    const DB = faultyD1(
      env.DB,
      ({ texts }) => /denylist_version < /.test(texts[0] ?? '') && 'throws',
    )
    const faulty = testServer({ now: server.clock.now, env: { DB } })
    await expect(faulty.cron()).rejects.toThrow('hold')
    await aMinutePasses(server.clock, env.DB)
    await server.cron()
    await expectDead(story, client)
  })

  it('INV-10: is looked through at once where it is taken back once more before that is accepted', async () => {
    const story = await aStory()
    const { server } = story
    for (let n = 0; n < 2; n++) {
      await create(story)
      await issue(story, story.clients[n] as Client)
    }
    const [first, second] = story.clients as [Client, Client]
    await anchored(server)
    const then = await snapshot()
    await server.suspend(first)
    await anchored(server)
    await restore(then)
    await server.cron()
    await expectDead(story, first)
    const again = await snapshot()
    await aMinutePasses(server.clock, env.DB)
    await server.suspend(second)
    await server.cron()
    await restore(again)
    await aMinutePasses(server.clock, env.DB)
    await server.cron()
    await expectDead(story, first)
    await expectDead(story, second)
  })

  it('INV-10: is looked through wholly within a run for each hundred clients that it forgot', async () => {
    const server = testServer()
    const many = 1150
    await env.DB.prepare(
      `INSERT INTO portcullis_clients (client_id, name, name_key, description, search_text,
       created_at, created_by, updated_at, version, generation, denylist_version,
       access_token_lifetime) WITH RECURSIVE c(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM c
       WHERE n < ${many + 9}) SELECT 'client_' || n, '', '', '', '', ?1, 'bootstrap', ?1, 1, 0, 0,
       43200 FROM c`,
    )
      .bind(server.clock.now)
      .run()
    await anchored(server)
    const entry = { version: 2, suspended: false, generation: 1, revoked: [] }
    const options = { expirationTtl: DENYLIST_TTL, metadata: { version: 2 } }
    await Promise.all(
      Array.from({ length: many }, (_, n) =>
        env.DENYLIST.put(`client:client_${n}`, JSON.stringify(entry), options),
      ),
    )
    // The log's end that was anchored is one that D1 does not have.
    const lost = { seq: 1_000_000, seal: 'of a change that was taken back', at: server.clock.now }
    await env.DENYLIST.put('anchor:latest', JSON.stringify(lost), { metadata: lost })
    const held: (number | null)[] = []
    for (let run = 0; run < Math.ceil(many / 100) + 3; run++) {
      await aMinutePasses(server.clock, env.DB)
      await server.cron()
      held.push(
        await env.DB.prepare(
          `SELECT count(*) AS n FROM portcullis_clients
           WHERE suspended_at IS NOT NULL AND generation = 1`,
        ).first<number>('n'),
      )
    }
    expect(held.at(-1)).toBe(many)
  }, 60_000)
})

describe('accepting a log that was taken back', () => {
  it('keeps every anchor that the log still holds, so that a later cut shows', async () => {
    const now = Date.UTC(2027, 0, 15, 10) / 1000
    const server = testServer({ now })
    await server.client()
    await server.cron()
    const then = await snapshot()
    await server.client()
    await anchored(server)
    await restore(then)
    server.clock.now += 86_400
    expect(await server.adminOk('GET', VERIFICATION)).toMatchObject({ reason: 'not_anchored' })
    await server.adminOk('POST', VERIFICATION)
    expect(await server.adminOk('GET', VERIFICATION)).toMatchObject({ intact: true })
    const { keys } = await env.DENYLIST.list({ prefix: 'anchor:' })
    const names = ['anchor:2027-01-15', 'anchor:2027-01-16', 'anchor:latest']
    expect(keys.map(({ name }) => name)).toEqual(names)
  })
})

describe('while the server is closed', () => {
  it('INV-10: no token is issued or active from the first moment on, and people alone look in', async () => {
    const story = await aStory()
    const { server, caller } = story
    const manager = await server.client({ [ISSUER]: 'clients:read clients:manage' })
    const bearer = await server.token(manager)
    for (let n = 0; n < 2; n++) {
      await create(story)
      await issue(story, story.clients[n] as Client)
    }
    const [cut, other] = story.clients as [Client, Client]
    await anchored(server)
    const then = await snapshot()
    await server.adminOk('DELETE', `/clients/${cut.id}`)
    await anchored(server)
    await restore(then)

    const closed = testServer({ now: server.clock.now, env: { CLOSED: '1' } })
    const expectClosed = async () => {
      const answers = [
        ...(await Promise.all([cut, other, caller].map((one) => closed.tokenRequest(one)))),
        ...(await Promise.all(
          story.issued.map(({ token }) => closed.form('/oauth/introspect', { token }, caller)),
        )),
        await closed.form('/oauth/introspect', { token: bearer }, manager),
        await closed.admin('GET', '/clients', undefined, bearer),
        await closed.admin('PUT', `/clients/${other.id}/suspension`, undefined, bearer),
        await closed.send('/health', { headers: { Authorization: `Bearer ${bearer}` } }),
      ]
      for (const answer of answers) {
        expect(answer.status).toBe(503)
        expect(answer.headers.get('retry-after')).toMatch(/^\d+$/)
        expect(await answer.text()).not.toMatch(/"active"|access_token|client_name/)
      }
      const pub = await closed.send('/health')
      expect([pub.status, await pub.json()]).toEqual([200, { status: 'ok' }])
      expect(await detail(closed)).toMatchObject({ status: 'ok', closed: true })
      expect(await closed.adminOk('GET', `/clients/${cut.id}`)).toMatchObject({ client_id: cut.id })
      expect((await closed.send('/.well-known/jwks.json')).status).toBe(200)
    }
    await expectClosed()
    await closed.cron()
    await expectClosed()
    expect(await closed.adminOk('GET', `/clients/${cut.id}`)).toMatchObject({ status: 'suspended' })
    expect(await closed.adminOk('GET', VERIFICATION)).toMatchObject({ reason: 'not_anchored' })
    await closed.adminOk('DELETE', `/clients/${cut.id}`)
    await closed.adminOk('POST', VERIFICATION)

    await expectDead(story, cut)
    expect(await server.token(other)).not.toBe('')
    expect(await server.introspect(story.issued[1]?.token ?? '', caller)).toMatchObject({
      active: true,
    })
    expect(await detail(server)).toMatchObject({ closed: false })
  })
})
