import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Fault } from '../doubles/faults.ts'
import { count, LIMIT, manyDue, manyEnding, observedServer, run } from './observed-cron.ts'
import { anchored, putAnchor } from './restored-world.ts'

// Each injected fault is logged, as it should be, and says nothing here.
beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => {
  vi.restoreAllMocks()
})

const CYCLE = 20 * 60

/**
 * The minute decides which steps of the cron give way, in turns of four and five: each test begins
 * alike.
 */
const startOfCycle = () => Math.floor(Date.now() / 1000 / CYCLE) * CYCLE

type Observed = ReturnType<typeof observedServer>

/** The cost of each run until `isDone`, a minute apart. */
async function until(observed: Observed, isDone: () => Promise<boolean>): Promise<number[]> {
  const costs: number[] = []
  do {
    const { operations, error } = await observed.aMinuteLater()
    expect(error).toBeNull()
    costs.push(operations)
  } while (costs.length < 60 && !(await isDone()))
  expect(await isDone()).toBe(true)
  return costs
}

const isSending = async () => (await count('portcullis_reminders WHERE sent_at > 0')) > 0
const isEmpty = async () => (await count('portcullis_denylist_outbox')) === 0

async function suspendedAtTheEdge(): Promise<Set<string>> {
  const { keys } = await env.DENYLIST.list<{ suspended: boolean }>({ prefix: 'client:' })
  return new Set(keys.filter(({ metadata }) => metadata?.suspended).map(({ name }) => name))
}

describe('the edge learns', () => {
  it('of 300 suspensions that KV refused within twelve runs, each within what a Free plan has', async () => {
    let isDown = true
    const fault = (text: string): Fault | null =>
      isDown && text.startsWith('put') ? 'throws' : null
    const observed = observedServer(startOfCycle(), fault)
    await manyDue(300, observed.server.clock.now)
    for (let minute = 0; minute < 3; minute++) {
      expect((await observed.aMinuteLater()).operations).toBeLessThanOrEqual(LIMIT)
    }
    isDown = false
    const costs = await until(observed, isEmpty)
    expect(costs.length).toBeLessThanOrEqual(12)
    expect(Math.max(...costs)).toBeLessThanOrEqual(LIMIT)
    expect((await suspendedAtTheEdge()).size).toBe(300)
  })

  it('of them while letters wait too, and the letters go out all the same', async () => {
    const observed = observedServer(startOfCycle())
    const { server } = observed
    await server.adminOk('POST', '/administrators', { email: 'ada@example.com', access: 'manage' })
    await manyEnding(300, server.clock.now)
    await manyDue(300, server.clock.now)
    const costs = await until(observed, isEmpty)
    expect(costs.length).toBeLessThanOrEqual(12)
    expect(Math.max(...costs)).toBeLessThanOrEqual(LIMIT)
    // The minute decides which of the runs leave budget for mails.
    const later = await until(observed, isSending)
    expect(costs.length + later.length).toBeLessThanOrEqual(16)
  })
})

/** Clients with a denylist entry: every third is suspended. */
async function manyPublished(many: number, now: number): Promise<void> {
  await run(
    `INSERT INTO portcullis_clients (client_id, name, name_key, description, search_text, created_at,
     created_by, updated_at, version, suspended_at, generation, tokens_valid_from, denylist_version,
     access_token_lifetime) WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < ?1)
     SELECT printf('client_%04d', n), '', '', '', '', ?2, 'bootstrap', ?2, 1,
     CASE n % 3 WHEN 0 THEN ?2 END, 1, ?2, 2, 43200 FROM c`,
    many,
    now,
  )
}

describe('a KV that lost everything', () => {
  it('is noticed, told of, and knows first again who is cut off', async () => {
    const observed = observedServer(startOfCycle())
    const { server } = observed
    await manyPublished(300, server.clock.now)
    await until(observed, async () => (await suspendedAtTheEdge()).size === 100 && isEmpty())
    await anchored(server)
    const { keys } = await env.DENYLIST.list()
    for (const { name } of keys) await env.DENYLIST.delete(name)
    server.clock.now += 600

    const headers = { Authorization: `Bearer ${env.BOOTSTRAP_TOKEN}` }
    const health = async () => (await server.send('/health', { headers })).json()
    expect(await health()).toMatchObject({ anchors: { newest_at: null } })
    let others = 0
    const costs = await until(observed, async () => {
      const known = await env.DENYLIST.list({ prefix: 'client:' })
      const suspended = (await suspendedAtTheEdge()).size
      if (suspended < 100) others = Math.max(others, known.keys.length - suspended)
      return suspended === 100
    })
    expect(costs.length).toBeLessThanOrEqual(5)
    expect(Math.max(...costs)).toBeLessThanOrEqual(LIMIT)
    expect(others).toBe(0)
    expect(await health()).toMatchObject({
      kv_emptied_at: expect.stringMatching(/^\d{4}-/) as string,
      anchors: { newest_at: expect.stringMatching(/^\d{4}-/) as string },
      taken_back: false,
    })
    await until(
      observed,
      async () => (await env.DENYLIST.list({ prefix: 'client:' })).keys.length === 300,
    )
  })
})

describe('a restore that forgot much', () => {
  it('INV-22: costs no more in a run than a Free plan has, a thousand held with all that is known', async () => {
    const observed = observedServer(startOfCycle())
    const { server } = observed
    await manyPublished(1000, server.clock.now)
    await manyEnding(200, server.clock.now)
    await anchored(server)
    const entry = (n: number) => ({
      version: 9,
      suspended: false,
      generation: 4,
      revoked: n % 2 ? [`${n}`.padStart(22, 'j')] : [],
    })
    await Promise.all(
      Array.from({ length: 1000 }, (_, n) => {
        const id = `client_${String(n + 1).padStart(4, '0')}`
        const { revoked, ...rest } = entry(n)
        const metadata = { ...rest, revoked: revoked.length }
        return env.DENYLIST.put(`client:${id}`, JSON.stringify(entry(n)), { metadata })
      }),
    )
    await putAnchor('anchor:latest', { seq: 1000, seal: 'lost', at: server.clock.now })
    const first = await observed.aMinuteLater()
    expect(first.error).toBeNull()
    const held = "portcullis_clients WHERE client_id LIKE 'client%' AND suspended_at > 0"
    expect(await count(held)).toBe(1000)
    expect(await count('portcullis_revoked_tokens')).toBe(500)
    expect(first.operations).toBeLessThanOrEqual(LIMIT)
    for (let minute = 0; minute < 5; minute++) {
      expect((await observed.aMinuteLater()).operations).toBeLessThanOrEqual(LIMIT)
    }
  })
})
