import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { faultyKv } from '../../doubles/faults.ts'
import { API, ISSUER, type Json, type TestServer, testServer } from '../../support/server.ts'
import {
  administrators,
  count,
  DAY,
  LIMIT,
  manyDue,
  manyEnding,
  NUMBERS,
  observedServer,
  run,
  STEPS,
} from '../observed-cron.ts'

const VERIFICATION = '/audit-events/verification'

// Each injected fault is logged, as it should be, and says nothing here.
beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => {
  vi.restoreAllMocks()
})

const old = (now: number) => [
  run("INSERT INTO portcullis_revoked_tokens VALUES ('old', 'client', ?)", now - 601),
  run("INSERT INTO portcullis_revoked_tokens VALUES ('living', 'client', ?)", now + DAY),
  run(
    "INSERT INTO portcullis_used_assertions VALUES ('old', ?), ('living', ?)",
    now - 631,
    now + DAY,
  ),
  run(
    `INSERT INTO portcullis_reminders (secret_id, email, expires_at, due_at)
     VALUES ('old', 'ada@example.com', ?, NULL), ('living', 'ada@example.com', ?, NULL)`,
    now - 8 * DAY - 1,
    now - 7 * DAY,
  ),
  run(
    `INSERT INTO portcullis_idempotency_records (key_hash, request_hash, target_type, target_id,
     made_at) VALUES ('old', '', 'role', '', ?1), ('living', '', 'role', '', ?2)`,
    now - DAY - 601,
    now,
  ),
  // A day more than it needs to live: the minutes of a test may go past midnight.
  run(
    `INSERT INTO portcullis_token_counts (day, client_id, outcome, count)
     VALUES (?1 - 35, '*', 'old', 1), (?1 - 33, '*', 'living', 1)`,
    Math.floor(now / DAY),
  ),
]

async function ahead(clientId: string): Promise<void> {
  const entry = { version: 5, suspended: false, generation: 1, revoked: [] }
  const options = { metadata: { version: 5 } }
  await env.DENYLIST.put(`client:${clientId}`, JSON.stringify(entry), options)
}

async function detail(server: TestServer): Promise<Json> {
  const headers = { Authorization: `Bearer ${env.BOOTSTRAP_TOKEN}` }
  return (await server.send('/health', { headers })).json<Json>()
}

/** Something to do for every step, and whether each has done it. */
async function somethingForAll() {
  const server = testServer()
  const now = server.clock.now
  const [due, held] = [await server.client(), await server.client()]
  await ahead(held.id)
  await administrators(server, 1)
  await manyEnding(1, now)
  await run("UPDATE portcullis_clients SET listed_status = 'none' WHERE client_id = 'ending_1'")
  await Promise.all(old(now))
  // Last, because every other change would try to tell the denylist once more.
  const DENYLIST = faultyKv(env.DENYLIST, ({ texts }) => texts[0]?.startsWith('put') && 'throws')
  await testServer({ now, env: { DENYLIST } }).suspend(due)
  const DONE: Record<string, () => Promise<boolean>> = {
    denylist: async () => (await env.DENYLIST.get(`client:${due.id}`)) !== null,
    anchor: async () => (await env.DENYLIST.get('anchor:latest')) !== null,
    hold: async () =>
      (await count(`portcullis_clients WHERE client_id = '${held.id}' AND suspended_at > 0`)) === 1,
    administrators: async () =>
      (await count("portcullis_administrators WHERE email = 'new-3@example.com'")) === 1,
    signing_keys: async () => (await count('portcullis_signing_keys')) === 2,
    search: async () => (await count('portcullis_clients WHERE search_rules = 0')) === 0,
    reminders: async () => (await count('portcullis_reminders WHERE sent_at > 0')) > 0,
    lists: async () => (await count("portcullis_clients WHERE listed_status = 'none'")) === 0,
    revoked_tokens: async () =>
      (await count("portcullis_revoked_tokens WHERE jti = 'old'")) === 0 &&
      (await count("portcullis_revoked_tokens WHERE jti = 'living'")) === 1,
    used_assertions: async () =>
      (await count("portcullis_used_assertions WHERE assertion_id = 'old'")) === 0 &&
      (await count("portcullis_used_assertions WHERE assertion_id = 'living'")) === 1,
    old_reminders: async () =>
      (await count("portcullis_reminders WHERE secret_id = 'old'")) === 0 &&
      (await count("portcullis_reminders WHERE secret_id = 'living'")) === 1,
    old_token_counts: async () =>
      (await count("portcullis_token_counts WHERE outcome = 'old'")) === 0 &&
      (await count("portcullis_token_counts WHERE outcome = 'living'")) === 1,
    old_idempotency: async () =>
      (await count("portcullis_idempotency_records WHERE key_hash = 'old'")) === 0 &&
      (await count("portcullis_idempotency_records WHERE key_hash = 'living'")) === 1,
    keys: async () => (await count("portcullis_chores WHERE name = 'keys'")) === 1,
    reconciliation: async () =>
      (await count("portcullis_chores WHERE name = 'reconciliation'")) === 1,
    verification: async () => (await count("portcullis_chores WHERE name = 'verdict'")) === 1,
  }
  const undone = async () => {
    const all = await Promise.all(
      Object.entries(DONE).map(async ([name, isDone]) => ((await isDone()) ? [] : [name])),
    )
    return all.flat()
  }
  return { server, undone }
}

describe('a step of the cron', () => {
  it.each(Object.keys(STEPS))(
    'does not stop the others where it fails, and is named: %s',
    async (name) => {
      const { server, undone } = await somethingForAll()
      expect(await undone()).toEqual(Object.keys(STEPS))
      const fault = (text: string) => (STEPS[name]?.test(text) ? ('throws' as const) : null)
      const faulty = observedServer(server.clock.now, fault)
      const errors: (string | null)[] = []
      // In some minutes the jobs before a pass leave it too little of the budget.
      do errors.push((await faulty.aMinuteLater()).error)
      while (errors.length < 4 || (errors.at(-1) === null && errors.length < 8))
      expect(await undone()).toEqual([name])
      expect(errors.at(-1)).toBe(`The cron failed at ${name}`)
      expect(errors.filter((error) => error !== errors.at(-1) && error !== null)).toEqual([])
      const { cron, status } = await detail(server)
      expect([status, cron.failed]).toEqual(['degraded', [name]])
      const mended = observedServer(faulty.server.clock.now)
      expect((await mended.aMinuteLater()).error).toBeNull()
      expect((await mended.aMinuteLater()).error).toBeNull()
      expect(await undone()).toEqual([])
      expect((await detail(server))['cron']).toEqual({
        last_run_at: new Date(mended.server.clock.now * 1000).toISOString().replace('.000', ''),
        failed: [],
      })
    },
  )

  it('is done without KV where it needs none', async () => {
    const { server, undone } = await somethingForAll()
    const faulty = observedServer(server.clock.now, (text) =>
      /^(get|put|list|delete|getWithMetadata) /.test(text) ? 'throws' : null,
    )
    const failed = new Set<string>()
    for (let minute = 0; minute < 6; minute++) {
      await faulty.aMinuteLater()
      for (const name of (await detail(server))['cron'].failed) failed.add(name)
    }
    expect(await undone()).toEqual(['denylist', 'anchor', 'hold', 'reconciliation', 'verification'])
    // Their wasted operations leave little for the passes after them, which need KV as well.
    expect([...failed]).toEqual(expect.arrayContaining(['anchor', 'hold']))
    const mended = observedServer(faulty.server.clock.now)
    for (let minute = 0; minute < 5; minute++) await mended.aMinuteLater()
    expect(await undone()).toEqual([])
    expect((await detail(server))['pending'].denylist_entries).toBe(0)
  })

  it('waits where D1 says nothing at all, and nothing is lost by it', async () => {
    const { server, undone } = await somethingForAll()
    const faulty = observedServer(server.clock.now, () => 'throws')
    expect((await faulty.aMinuteLater()).error).not.toBeNull()
    expect(await undone()).toEqual(Object.keys(STEPS))
    const mended = observedServer(faulty.server.clock.now)
    for (let minute = 0; minute < 3; minute++) await mended.aMinuteLater()
    expect(await undone()).toEqual([])
  })
})

describe('a run of the cron', () => {
  it('costs no more than a Free plan has, with everything due at once, until all is done', async () => {
    const plain = testServer()
    const now = plain.clock.now
    await plain.api()
    await plain.token(await plain.client({ [API]: 'invoices:read' }))
    await run(
      'UPDATE portcullis_signing_keys SET activates_at = ?1 WHERE activates_at < 9e10',
      now - 100 * DAY,
    )
    await administrators(plain, 5)
    await manyEnding(300, now)
    await manyDue(50, now)
    await Promise.all(Array.from({ length: 5 }, (_, n) => ahead(`ending_${n + 1}`)))
    await run(
      `INSERT INTO portcullis_revoked_tokens ${NUMBERS} SELECT 'old_' || n, 'client', ?2 FROM c`,
      600,
      now - DAY,
    )
    const observed = observedServer(now)
    const left = () =>
      count(`(SELECT 1 FROM portcullis_denylist_outbox
        UNION ALL SELECT 1 FROM portcullis_reminders WHERE due_at <= ${observed.server.clock.now}
        UNION ALL SELECT 1 FROM portcullis_secrets WHERE reminders_planned = 0 AND client_id LIKE 'ending%'
        UNION ALL SELECT 1 FROM portcullis_revoked_tokens
        UNION ALL SELECT 1 FROM portcullis_chores WHERE position IS NOT NULL
          AND name IN ('hold', 'reconciliation', 'verification'))`)
    const costs: number[] = []
    let mails = 0
    do {
      const seen = await observed.aMinuteLater()
      expect(seen.error).toBeNull()
      costs.push(seen.operations)
      mails += seen.mails
    } while (costs.length < 40 && (await left()) > 0)
    expect(await left()).toBe(0)
    expect(Math.max(...costs)).toBeLessThanOrEqual(LIMIT)
    expect(costs.length).toBeLessThan(20)
    // Five were held: suspended, and so not reminded of. A message has a hundred reminders at most.
    expect(await count('portcullis_reminders WHERE sent_at > 0')).toBe(295 * 8)
    expect(mails).toBeLessThanOrEqual(8 * 4)
    expect(await count('portcullis_clients WHERE suspended_at > 0')).toBe(55)
    expect(await count('portcullis_administrators')).toBe(8)
    expect(await count('portcullis_signing_keys')).toBe(3)
    expect(await plain.adminOk('GET', VERIFICATION)).toMatchObject({ intact: true })
  })

  it('costs twenty-two operations at most when there is nothing to do', async () => {
    const observed = observedServer(testServer().clock.now)
    for (let minute = 0; minute < 12; minute++) await observed.aMinuteLater()
    const costs: number[] = []
    for (let minute = 0; minute < 5; minute++)
      costs.push((await observed.aMinuteLater()).operations)
    expect(Math.max(...costs)).toBeLessThanOrEqual(22)
  })

  it('costs no more than a Free plan has while what it sees of the denylist cannot be read', async () => {
    const now = testServer().clock.now
    await administrators(testServer({ now }), 5)
    await manyEnding(300, now)
    await manyDue(50, now)
    const options = { metadata: { version: 5 } }
    for (let n = 1; n <= 5; n++) await env.DENYLIST.put(`client:ending_${n}`, 'garbled', options)
    const observed = observedServer(now)
    for (let minute = 0; minute < 8; minute++) {
      expect((await observed.aMinuteLater()).operations).toBeLessThanOrEqual(LIMIT)
    }
  })

  it.each([
    ['a long backlog of reminders', () => null],
    [
      'that, and entries that KV refuses',
      (text: string) => (text.startsWith('put client:') ? ('throws' as const) : null),
    ],
  ])(
    'leaves no step waiting for more than a few minutes behind %s',
    async (_name, fault) => {
      const plain = testServer()
      const now = plain.clock.now
      await plain.token(await plain.client({ [ISSUER]: 'clients:read' }))
      await administrators(plain, 5)
      await manyEnding(4000, now)
      if (fault('put client:')) await manyDue(50, now)
      const observed = observedServer(now, fault)
      for (const hours of [0, 25]) {
        observed.server.clock.now += hours * 3600
        const lastSeen = new Map<string, number>()
        const gaps = new Map<string, number>()
        for (let minute = 1; minute <= 20; minute++) {
          const { steps, operations } = await observed.aMinuteLater()
          expect(operations).toBeLessThanOrEqual(LIMIT)
          for (const name of steps) {
            gaps.set(name, Math.max(gaps.get(name) ?? 0, minute - (lastSeen.get(name) ?? 0)))
            lastSeen.set(name, minute)
          }
        }
        expect(
          await count(`portcullis_reminders WHERE due_at <= ${now + 30 * DAY}`),
        ).toBeGreaterThan(0)
        // These begin every ten minutes; search leaves two minutes of five to passes that wait.
        const most: Record<string, number> = { hold: 10, search: 12 }
        const late = Object.keys(STEPS).filter((name) => (gaps.get(name) ?? 99) > (most[name] ?? 5))
        expect([hours, late]).toEqual([hours, []])
      }
    },
    60_000,
  )
})
