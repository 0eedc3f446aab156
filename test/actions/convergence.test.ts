import { env } from 'cloudflare:workers'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { DENYLIST_TTL, type DenylistEntry } from '../../src/domain/denylist.ts'
import { aMinutePasses, type Fault, faultyD1, faultyKv } from '../doubles/faults.ts'
import { API, type Client, type Json, testServer } from '../support/server.ts'

const SEED = 20_261_122

// Each injected fault is logged, as it should be, and says nothing here.
beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => {
  vi.restoreAllMocks()
})

/**
 * The entries that D1 calls for, of every client that was ever in the denylist; read past the
 * server.
 */
async function entriesByD1(): Promise<Record<string, DenylistEntry>> {
  const { results } = await env.DB.prepare(
    `SELECT client_id, denylist_version AS version, suspended_at IS NOT NULL AS suspended, generation,
       (SELECT json_group_array(jti) FROM portcullis_revoked_tokens r
        WHERE r.client_id = c.client_id) AS revoked
     FROM portcullis_clients c WHERE denylist_version > 0
     UNION ALL SELECT client_id, denylist_version, 1, generation, '[]'
     FROM portcullis_deleted_clients`,
  ).all<Json>()
  return Object.fromEntries(
    results.map(({ client_id, version, suspended, generation, revoked }) => [
      client_id,
      {
        version,
        suspended: suspended === 1,
        generation,
        revoked: (JSON.parse(revoked) as string[]).sort(),
      },
    ]),
  )
}

async function entriesByKv(clientIds: string[]): Promise<Record<string, unknown>> {
  const entries = await Promise.all(
    clientIds.map(async (id): Promise<[string, unknown]> => {
      const text = await env.DENYLIST.get(`client:${id}`)
      return [id, text === null ? null : sorted(text)]
    }),
  )
  return Object.fromEntries(entries)
}

function sorted(text: string): unknown {
  try {
    const entry = JSON.parse(text) as DenylistEntry
    return { ...entry, revoked: entry.revoked.sort() }
  } catch {
    return text
  }
}

type KvFault = Exclude<Fault, 'hangs'> | 'lands late' | 'is slow'
type World = {
  kv: KvFault | null
  d1: { fault: Fault; at: number } | null
  /** Writes that were refused and land all the same, within the minute. */
  late: (() => Promise<unknown>)[]
}

/** Milliseconds: long enough for another change to be made meanwhile. */
const SLOW = 40

/** A server among faults that can be changed; its KV takes one write a second to a key, as KV does. */
function serverIn(world: World) {
  const writtenAt = new Map<string, number>()
  const limited = faultyKv(env.DENYLIST, ({ texts: [text = ''] }) => {
    if (world.kv === 'throws' || world.kv === 'throws after commit') return world.kv
    if (!text.startsWith('put ')) return null
    if (writtenAt.get(text) === server.clock.now) return 'throws'
    writtenAt.set(text, server.clock.now)
    return null
  })
  const DENYLIST = new Proxy(limited, {
    get(target, name) {
      if (name !== 'put' || !['lands late', 'is slow'].includes(world.kv ?? '')) {
        return Reflect.get(target, name) as unknown
      }
      const isSlow = world.kv === 'is slow'
      return async (...args: Parameters<KVNamespace['put']>) => {
        if (isSlow) {
          await new Promise((resolve) => setTimeout(resolve, Math.random() * SLOW))
          return target.put(...args)
        }
        world.late.push(() => env.DENYLIST.put(...args))
        throw new Error('injected: lands late')
      }
    },
  })
  const DB = faultyD1(env.DB, () => {
    if (!world.d1) return null
    world.d1.at -= 1
    return world.d1.at === 0 && world.d1.fault
  })
  const server = testServer({ env: { DB, DENYLIST } })
  return server
}

const CHANGES = ['suspend', 'resume', 'revoke all', 'revoke one', 'delete'] as const
const PASSING = ['cron', 'two crons', 'a second', 'a minute', 'late writes land'] as const

const faults = {
  kv: fc.option(
    fc.constantFrom<KvFault>('throws', 'throws after commit', 'lands late', 'is slow', 'is slow'),
  ),
  d1: fc.option(
    fc.record({
      fault: fc.constantFrom<Fault>('throws', 'throws after commit'),
      at: fc.integer({ min: 1, max: 12 }),
    }),
  ),
}
const step = fc.oneof(
  fc.record({
    what: fc.constantFrom(...CHANGES.filter((change) => change !== 'delete')),
    client: fc.nat({ max: 2 }),
    atOnce: fc.boolean(),
    ...faults,
  }),
  fc.record({
    what: fc.constantFrom(...CHANGES, ...PASSING, ...PASSING),
    client: fc.nat({ max: 2 }),
    atOnce: fc.constant(false),
    ...faults,
  }),
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

async function land(world: World): Promise<void> {
  for (const write of world.late.splice(0)) await write()
}

async function take(
  { what, client, atOnce, kv, d1 }: Step,
  {
    server,
    world,
    clients,
  }: { server: ReturnType<typeof serverIn>; world: World; clients: Client[] },
): Promise<void> {
  const one = clients[client] as Client
  const path = `/clients/${one.id}`
  // It is made while all is well; a client that was suspended or deleted by then gets none.
  const issued = what === 'revoke one' ? await server.tokenRequest(one) : null
  const { access_token: token = '' } = issued ? await issued.json<Json>() : {}
  const acts: Record<Step['what'], () => Promise<unknown>> = {
    suspend: () => server.suspend(one),
    resume: () => server.resume(one),
    'revoke all': () => server.admin('DELETE', `${path}/tokens`),
    'revoke one': () => server.form('/oauth/revoke', { token }, one),
    delete: () => server.admin('DELETE', path),
    cron: () => server.cron(),
    'two crons': () => Promise.allSettled([server.cron(), server.cron()]),
    'a second': async () => (server.clock.now += 1),
    'a minute': async () => {
      await land(world)
      await aMinutePasses(server.clock, env.DB)
    },
    'late writes land': () => land(world),
  }
  Object.assign(world, { kv, d1: d1 && { ...d1 } })
  // Whatever it answers: what it says of a change is tested elsewhere.
  const others = atOnce ? [server.admin('DELETE', `${path}/tokens`), server.cron()] : []
  await Promise.allSettled([acts[what](), ...others])
  Object.assign(world, { kv: null, d1: null })
}

describe('the denylist', () => {
  it('INV-9: is what D1 says a few minutes after the end of all faults, whatever was done', async () => {
    const world: World = { kv: null, d1: null, late: [] }
    const server = serverIn(world)
    await server.api()
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
        const clients: Client[] = []
        for (let n = 0; n < 3; n++) clients.push(await server.client({ [API]: 'invoices:read' }))
        for (const one of steps) await take(one, { server, world, clients })
        await land(world)
        // One for a claim that must lapse, one to write, one to write once more what may have landed late.
        for (let minute = 0; minute < 3; minute++) {
          await aMinutePasses(server.clock, env.DB)
          await server.cron()
        }
        const wanted = await entriesByD1()
        expect(await entriesByKv(Object.keys(wanted))).toEqual(wanted)
        const due = await env.DB.prepare('SELECT * FROM portcullis_denylist_outbox').all()
        expect(due.results).toEqual([])
      }),
      { seed: SEED, numRuns: 12 },
    )
  }, 600_000)
})

const MANY = 250
const KEY = (n: number) => `client_${String(n).padStart(4, '0')}`

/** Clients that were suspended, deleted, cut off, and of which the denylist knows all. */
async function manyPublished(now: number): Promise<void> {
  const numbers = `WITH RECURSIVE c(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM c
    WHERE n < ${MANY - 1}) SELECT printf('client_%04d', n) AS id, n FROM c`
  await env.DB.batch([
    env.DB.prepare(
      `INSERT INTO portcullis_clients (client_id, name, name_key, description, search_text,
       created_at, created_by, updated_at, version, suspended_at, generation, tokens_valid_from,
       denylist_version, access_token_lifetime) SELECT id, id, id, '', id, ?1, 'bootstrap', ?1, 1,
       CASE n % 2 WHEN 0 THEN ?1 END, n % 3, ?1, 1 + n % 3, 43200 FROM (${numbers}) WHERE n % 7 > 0`,
    ).bind(now),
    env.DB.prepare(
      `INSERT INTO portcullis_revoked_tokens (jti, client_id, expires_at)
       SELECT substr('jti' || replace(id, '_', '') || '0000000000', 1, 22), id, ?1 + 43200 FROM (${numbers}) WHERE n % 5 = 1 AND n % 7 > 0`,
    ).bind(now),
    env.DB.prepare(
      `INSERT INTO portcullis_deleted_clients (client_id, denylist_version, generation, deleted_at)
       SELECT id, 3, 0, ?1 FROM (${numbers}) WHERE n % 7 = 0`,
    ).bind(now),
  ])
  const entries = Object.entries(await entriesByD1())
  await Promise.all(entries.map(([id, entry]) => put(id, JSON.stringify(entry), entry.version)))
}

const put = (id: string, text: string, version?: number) =>
  env.DENYLIST.put(`client:${id}`, text, {
    expirationTtl: DENYLIST_TTL,
    ...(version === undefined ? {} : { metadata: { version } }),
  })

/** Changes that somebody may make to an entry with `wrangler kv`. */
const TAMPERED: Record<string, (id: string, entry: DenylistEntry) => Promise<void>> = {
  deleted: (id) => env.DENYLIST.delete(`client:${id}`),
  'turned round': (id, entry) => put(id, JSON.stringify({ ...entry, suspended: !entry.suspended })),
  'without a revoked token': (id, entry) =>
    put(id, JSON.stringify({ ...entry, revoked: ['another'.padEnd(22, 'x')] }), entry.version),
  'of another generation': (id, entry) =>
    put(id, JSON.stringify({ ...entry, generation: entry.generation + 7 }), entry.version),
  'of an older version': (id, entry) =>
    put(id, JSON.stringify({ ...entry, version: 0, suspended: false }), 0),
}

/** The same, of which nothing can be believed. */
const GARBLED: typeof TAMPERED = {
  'of a generation below 0': (id, entry) =>
    put(id, JSON.stringify({ ...entry, generation: -1 }), entry.version),
  'of a version that nobody counted to': (id, entry) =>
    put(id, JSON.stringify({ ...entry, version: Number.MAX_SAFE_INTEGER, suspended: false })),
  'with a token that is none': (id, entry) =>
    put(id, JSON.stringify({ ...entry, revoked: ['another'] }), entry.version),
  'cut short': (id, entry) => put(id, JSON.stringify(entry).slice(0, -3), entry.version),
  'no JSON': (id) => put(id, 'false alarm'),
  empty: (id) => put(id, ''),
  null: (id) => put(id, 'null'),
  'a list': (id) => put(id, '[]'),
  'another object': (id) => put(id, '{"revoked":[]}'),
}

/** Runs the cron, a minute apart, until nothing is under way or due; how often. */
async function untilThrough(server: ReturnType<typeof testServer>, most: number): Promise<number> {
  for (let runs = 1; runs <= most; runs++) {
    await server.cron()
    const left = await env.DB.prepare(
      `SELECT (SELECT count(*) FROM portcullis_denylist_outbox)
         + (SELECT count(*) FROM portcullis_chores WHERE name IN ('reconciliation', 'hold')
            AND position IS NOT NULL)
         + (SELECT count(*) FROM portcullis_chores
            WHERE name = 'reconciliation' AND ran_at <= ? - 3600) AS n`,
    )
      .bind(server.clock.now)
      .first<number>('n')
    if (left === 0) return runs
    await aMinutePasses(server.clock, env.DB)
  }
  throw new Error(`the cron is not through after ${most} runs`)
}

/** Those who were not suspended before are, by the next version. */
function withHeld(wanted: Record<string, DenylistEntry>, ids: string[]) {
  const held = ids.map((id) => {
    const entry = wanted[id] as DenylistEntry
    return [id, entry.suspended ? entry : { ...entry, version: entry.version + 1, suspended: true }]
  })
  return { ...wanted, ...(Object.fromEntries(held) as typeof wanted) }
}

describe('the hourly reconciliation', () => {
  it('INV-9: puts right what was deleted, altered or garbled in KV, page by page', async () => {
    const server = testServer()
    await manyPublished(server.clock.now)
    await untilThrough(server, 10)
    const wanted = await entriesByD1()
    expect(Object.keys(wanted)).toHaveLength(MANY)
    expect(await entriesByKv(Object.keys(wanted))).toEqual(wanted)
    // Spread over all pages: the first, the last, and the ends of pages between.
    const places = [0, 1, 7, 50, 98, 99, 100, 101, 150, 199, 200, 247, 248, 249]
    const ways = Object.values({ ...TAMPERED, ...GARBLED })
    for (const [i, place] of places.entries()) {
      const id = KEY(place)
      await ways[i % ways.length]?.(id, wanted[id] as DenylistEntry)
    }
    await server.cron()
    expect(await entriesByKv(Object.keys(wanted))).not.toEqual(wanted)
    server.clock.now += 3600
    const runs = await untilThrough(server, 10)
    const held = places.filter((_, i) => i % ways.length >= Object.keys(TAMPERED).length)
    const said = await entriesByD1()
    expect(said).toEqual(withHeld(wanted, held.map(KEY)))
    expect(await entriesByKv(Object.keys(wanted))).toEqual(said)
    expect(runs).toBeGreaterThan(2)
  })

  async function untilRight(way: (id: string, entry: DenylistEntry) => Promise<void>) {
    const server = testServer()
    await server.api()
    const clients = [
      await server.client({ [API]: 'invoices:read' }),
      await server.client({ [API]: 'invoices:read' }),
      await server.client({ [API]: 'invoices:read' }),
    ] as const
    await server.suspend(clients[0])
    const token = await server.token(clients[1])
    await server.form('/oauth/revoke', { token }, clients[1])
    await server.adminOk('DELETE', `/clients/${clients[2].id}`)
    await untilThrough(server, 5)
    const wanted = await entriesByD1()
    expect(Object.keys(wanted)).toHaveLength(3)
    for (const [id, entry] of Object.entries(wanted)) await way(id, entry)
    server.clock.now += 3600
    await untilThrough(server, 5)
    const said = await entriesByD1()
    expect(await entriesByKv(Object.keys(wanted))).toEqual(said)
    return { wanted, said }
  }

  it.each(Object.entries(TAMPERED))(
    'INV-9: puts right within the hour an entry %s',
    async (_, way) => {
      const { wanted, said } = await untilRight(way)
      expect(said).toEqual(wanted)
    },
  )

  it.each(Object.entries(GARBLED))(
    'INV-9: puts right within the hour an entry %s, and holds whose it is',
    async (_, way) => {
      const { wanted, said } = await untilRight(way)
      expect(said).toEqual(withHeld(wanted, Object.keys(wanted)))
    },
  )

  it('INV-9: does not leave an entry as it is that was altered to a higher version', async () => {
    const server = testServer()
    const client = await server.client()
    await server.suspend(client)
    await untilThrough(server, 5)
    const entry = { version: 9, suspended: false, generation: 0, revoked: [] }
    await put(client.id, JSON.stringify(entry))
    server.clock.now += 3600
    await untilThrough(server, 5)
    // Whether it is overwritten or held and taken over: the edge refuses the client again.
    expect(await env.DENYLIST.get(`client:${client.id}`, 'json')).toMatchObject({ suspended: true })
    const wanted = await entriesByD1()
    expect(await entriesByKv([client.id])).toEqual(wanted)
  })
})
