import { env } from 'cloudflare:workers'
import * as fc from 'fast-check'
import { decodeJwt } from 'jose'
import { expect } from 'vitest'
import { readKeyRing } from '../../src/crypto/key-ring.ts'
import { signedTexts } from '../../src/crypto/seals.ts'
import type { Anchor } from '../../src/domain/anchor.ts'
import type { DenylistEntry } from '../../src/domain/denylist.ts'
import { aMinutePasses } from '../doubles/faults.ts'
import { API, type Client, type Json, type TestServer, testServer } from '../support/server.ts'
import { nameOfLog } from '../support/log-name.ts'

// A server on real D1 and KV, what happens to some clients of it, and D1 taken back.

export const VERIFICATION = '/audit-events/verification'

export type Snapshot = Map<string, Json[]>

/** All that D1 holds of ours; the search index and the counts follow the clients by triggers. */
export async function snapshot(): Promise<Snapshot> {
  const { results } = await env.DB.prepare(
    `SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'portcullis_%'
     AND name NOT LIKE 'portcullis_client_search%' AND name NOT IN ('portcullis_client_counts', 'portcullis_seal_versions')`,
  ).all<{ name: string }>()
  const tables = new Map<string, Json[]>()
  for (const { name } of results) {
    tables.set(name, (await env.DB.prepare(`SELECT * FROM ${name}`).all<Json>()).results)
  }
  return tables
}

/** Triggers fill these: with each event, and with each deletion. */
const [BY_EVENTS, BY_DELETIONS] = ['portcullis_audit_hours', 'portcullis_former_names']

/** D1 as it was then, at once and as a whole, as Time Travel has it. */
export async function restore(tables: Snapshot): Promise<void> {
  const names = [...tables.keys()]
  const inserts = [...tables].flatMap(([name, rows]) => {
    const columns = Object.keys(rows[0] ?? {})
    if (columns.length === 0 || name === BY_EVENTS) return []
    const values = columns.map((column) => `value ->> '${column}'`).join(', ')
    const text = `INSERT INTO ${name} (${columns.join(', ')}) SELECT ${values} FROM json_each(?)`
    return [env.DB.prepare(text).bind(JSON.stringify(rows))]
  })
  await env.DB.batch([
    env.DB.prepare('PRAGMA defer_foreign_keys = on'),
    ...[...names, BY_DELETIONS].map((name) => env.DB.prepare(`DELETE FROM ${name}`)),
    ...inserts,
    placedAgain(tables.get('portcullis_clients') ?? []),
  ])
}

/** A trigger took these for new clients. */
function placedAgain(clients: Json[]): D1PreparedStatement {
  const placed = clients.filter((client) => client['status_list'] !== null)
  return env.DB.prepare(`UPDATE portcullis_clients AS c SET status_list = value ->> 'status_list',
    status_block = value ->> 'status_block', status_since = value ->> 'status_since'
    FROM json_each(?) WHERE c.client_id = value ->> 'client_id'`).bind(JSON.stringify(placed))
}

export async function entries(): Promise<Map<string, DenylistEntry>> {
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

export async function versionsByD1(): Promise<Map<string, number>> {
  const { results } = await env.DB.prepare(
    'SELECT client_id AS id, denylist_version AS version FROM portcullis_clients',
  ).all<{ id: string; version: number }>()
  return new Map(results.map(({ id, version }) => [id, version]))
}

/** Nothing that the denylist knows is forgotten: versions only grow. */
export function expectGrown(
  before: Map<string, DenylistEntry>,
  after: Map<string, DenylistEntry>,
): void {
  const fallen = [...before].filter(([id, { version }]) => (after.get(id)?.version ?? -1) < version)
  expect(fallen).toEqual([])
}

export type Issued = { client: Client; token: string; jti: string; gen: number }

/** The history of some clients, and every token they were given. */
export type Story = { server: TestServer; caller: Client; clients: Client[]; issued: Issued[] }

const CHANGES = [
  ...(['suspend', 'resume', 'revoke all', 'revoke one', 'delete'] as const),
  ...(['create', 'token', 'token', 'time', 'cron'] as const),
]
export const step = fc.record({
  what: fc.constantFrom(...CHANGES),
  client: fc.nat(),
  token: fc.nat(),
})
export type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

export async function create({
  server,
  clients,
}: Pick<Story, 'server' | 'clients'>): Promise<void> {
  clients.push(await server.client({ [API]: 'invoices:read' }))
}

export async function issue({ server, issued }: Story, client: Client): Promise<void> {
  const response = await server.tokenRequest(client)
  if (!response.ok) return
  const { access_token: token } = await response.json<Json>()
  const { jti, gen } = decodeJwt<{ jti: string; gen: number }>(token)
  issued.push({ client, token, jti, gen })
}

export async function take(story: Story, { what, client, token }: Step): Promise<void> {
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
export async function anchored(server: TestServer): Promise<void> {
  server.clock.now += 601
  await server.cron()
}

export async function aStory(server = testServer()): Promise<Story> {
  await server.api()
  const caller = await server.client({ [API]: 'tokens:introspect' })
  return { server, caller, clients: [], issued: [] }
}

/** A server that is shut does not answer. */
export async function isActive({ server, caller }: Story, { token }: Issued): Promise<boolean> {
  const answer = await server.form('/oauth/introspect', { token }, caller)
  expect([200, 503]).toContain(answer.status)
  return answer.ok && (await answer.json<Json>())['active'] === true
}

/** Nothing of this client works: no token by its secret, none that it had. */
export async function expectDead(story: Story, client: Client): Promise<void> {
  expect([401, 503]).toContain((await story.server.tokenRequest(client)).status)
  for (const one of story.issued.filter((i) => i.client === client)) {
    expect(await isActive(story, one)).toBe(false)
  }
}

/** Minutes go by, until the server lets clients in by itself. */
export async function opened(server: TestServer): Promise<number> {
  for (let minutes = 0; minutes < 20; minutes++) {
    if (!(await detail(server))['shut']) return minutes
    await aMinutePasses(server.clock, env.DB)
    await server.cron()
  }
  throw new Error('the server does not open')
}

/** Revoked tokens stay revoked after a resume, and the rest works as before. */
export async function expectResumed(
  story: Story,
  client: Client,
  known: DenylistEntry,
): Promise<void> {
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

export async function detail(server: TestServer): Promise<Json> {
  const headers = { Authorization: `Bearer ${env.BOOTSTRAP_TOKEN}` }
  return (await server.send('/health', { headers })).json<Json>()
}

/** Suspension by id, of clients that exist. */
export async function suspensions(): Promise<Map<string, number | null>> {
  const { results } = await env.DB.prepare(
    'SELECT client_id AS id, suspended_at AS at FROM portcullis_clients',
  ).all<{ id: string; at: number | null }>()
  return new Map(results.map(({ id, at }) => [id, at]))
}

/** The log is accepted as soon as it can be; how many minutes that took. */
export async function accepted(server: TestServer, beforeEach = async () => {}): Promise<number> {
  for (let minutes = 0; minutes < 20; minutes++) {
    const answer = await server.admin('POST', VERIFICATION)
    if (answer.ok) return minutes
    expect(answer.status).toBe(409)
    await aMinutePasses(server.clock, env.DB)
    await beforeEach()
    await server.cron()
  }
  throw new Error('the log cannot be accepted')
}

/** An anchor as the server signs it. */
export async function putAnchor(key: string, { seq, seal, at }: Anchor): Promise<void> {
  const texts = signedTexts(readKeyRing('AUDIT_KEY', env.AUDIT_KEY), 'anchor')
  const signed = await texts.write([nameOfLog(), seq, seal, at])
  await env.DENYLIST.put(key, signed, { metadata: { signed } })
}

/** Clients without secrets: `client_0` and so on. */
export async function manyClients(many: number, now: number): Promise<void> {
  await env.DB.prepare(
    `INSERT INTO portcullis_clients (client_id, name, name_key, description, search_text,
     created_at, created_by, updated_at, version, generation, denylist_version,
     access_token_lifetime) WITH RECURSIVE c(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM c
     WHERE n < ?2 - 1) SELECT 'client_' || n, '', '', '', '', ?1, 'bootstrap', ?1, 1, 0, 0,
     43200 FROM c`,
  )
    .bind(now, many)
    .run()
}
