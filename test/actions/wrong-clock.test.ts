import { env } from 'cloudflare:workers'
import { decodeProtectedHeader } from 'jose'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { runScheduledJobs } from '../../src/actions/scheduled/run-scheduled-jobs.ts'
import { DAY, HOUR, isDue, MINUTE } from '../../src/domain/time.ts'
import { aMinutePasses } from '../doubles/faults.ts'
import { API, type Json, type TestServer, testServer } from '../support/server.ts'
import { administrators, count, manyEnding, run } from './observed-cron.ts'

// A clock that was a year ahead, and is put right: what it wrote stops nothing.

const YEAR = 365 * DAY

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => vi.restoreAllMocks())

async function minutes(server: TestServer, many: number): Promise<void> {
  for (let minute = 0; minute < many; minute++) {
    await aMinutePasses(server.clock, env.DB)
    await server.cron()
  }
}

async function ranAt(): Promise<Record<string, number>> {
  const rows = await env.DB.prepare('SELECT name, ran_at FROM portcullis_chores').all<{
    name: string
    ran_at: number
  }>()
  return Object.fromEntries(rows.results.map((row) => [row.name, row.ran_at]))
}

const PASSES = ['hold_done', 'key_trial', 'reconciliation', 'search', 'verification', 'verdict']

it('takes a time ahead of now for none, further than clocks may differ', () => {
  const now = 1_800_000_000
  const times = [null, now - HOUR, now - HOUR + 1, now, now + 600, now + 601, now + YEAR]
  const due = times.map((last) => isDue(last, HOUR, now))
  expect(due).toEqual([true, true, false, false, false, true, true])
})

describe('a clock that was a year ahead', () => {
  it('keeps no pass from beginning again, once it is put right', async () => {
    const server = testServer()
    await server.api()
    const right = server.clock.now
    server.clock.now += YEAR
    await minutes(server, 3)
    const wrong = await ranAt()
    for (const name of PASSES) expect(wrong[name], name).toBeGreaterThan(right + YEAR - 1)
    server.clock.now = right
    await minutes(server, 5)
    const times = await ranAt()
    for (const name of PASSES) expect(times[name], name).toBeLessThanOrEqual(server.clock.now)
    await minutes(server, 62)
    const later = await ranAt()
    for (const name of ['hold_done', 'reconciliation', 'search']) {
      expect(later[name], name).toBeGreaterThan(times[name] ?? Infinity)
    }
  })

  it('keeps no server shut for as long', async () => {
    const server = testServer()
    await server.api()
    const client = await server.client({ [API]: 'invoices:read' })
    const shut = "INSERT INTO portcullis_chores VALUES ('taken_back', ?, '\"shut\"')"
    await run(shut, server.clock.now + YEAR)
    expect((await server.tokenRequest(client)).status).toBe(503)
    await minutes(server, 6)
    expect((await server.tokenRequest(client)).status).toBe(200)
  })

  it('puts off no reminder', async () => {
    const server = testServer()
    await administrators(server, 1)
    await manyEnding(1, server.clock.now)
    await minutes(server, 1)
    const due = 'UPDATE portcullis_reminders SET sent_at = NULL, sending_at = NULL, due_at = ?'
    await run(due, server.clock.now + YEAR)
    await run("UPDATE portcullis_chores SET ran_at = ran_at + ? WHERE name = 'run'", YEAR)
    await minutes(server, 3)
    expect(await count('portcullis_reminders WHERE sent_at > 0')).toBeGreaterThan(0)
  })

  it('keeps no idempotency key for longer than a day', async () => {
    const server = testServer()
    const headers = {
      Authorization: `Bearer ${env.BOOTSTRAP_TOKEN}`,
      'Content-Type': 'application/json',
      'Idempotency-Key': 'nightly',
    }
    const body = JSON.stringify({ client_name: 'Export' })
    const make = () => server.send('/admin/v1/clients', { method: 'POST', headers, body })
    const right = server.clock.now
    server.clock.now += YEAR
    await minutes(server, 1)
    expect((await make()).status).toBe(201)
    server.clock.now = right
    await minutes(server, 1)
    expect((await make()).status).toBe(409)
    server.clock.now += DAY + MINUTE
    expect((await make()).status).toBe(201)
  })

  it('takes no key from those that sign, and puts off no rotation', async () => {
    const server = testServer()
    await server.api()
    const client = await server.client({ [API]: 'invoices:read' })
    const kidNow = async () => decodeProtectedHeader(await server.token(client)).kid
    const first = await kidNow()
    const right = server.clock.now
    server.clock.now += YEAR
    await minutes(server, 2)
    server.clock.now = right
    expect(await kidNow()).toBe(first)
    await minutes(server, 2)
    const { data } = await server.adminOk('GET', '/signing-keys')
    const states = data.map((key: Json) => [key['state'], key['activates_at'] === null])
    expect(states).toContainEqual(['standby', true])
    const next = await server.adminOk('POST', '/signing-keys')
    expect(Date.parse(next['activates_at']) / 1000).toBeLessThan(right + 2 * DAY)
    server.clock.now = right + 2 * DAY
    expect(await kidNow()).toBe(next['kid'])
  })

  it('is not believed by the cron where the database’s clock says less', async () => {
    const asked: number[] = []
    const clock = 1_800_000_000
    const given = { now: () => clock + YEAR, hasOwnClock: false, operationsMade: () => 99 }
    const deps = (fields: Partial<typeof given>) =>
      ({
        ...given,
        ...fields,
        jobStates: {
          begin: async () => ({ jobStates: new Map(), clock, isReplacing: false, headSeq: 0 }),
          note: async (notes: Map<string, { ranAt: number }>) =>
            void asked.push(notes.get('run')?.ranAt ?? 0),
        },
        logProblem: () => {},
        probes: { backlog: () => Promise.reject(new Error('nobody looks')) },
      }) as unknown as Parameters<typeof runScheduledJobs>[0]
    await runScheduledJobs(deps({}))
    await runScheduledJobs(deps({ now: () => clock + 10 * MINUTE }))
    await runScheduledJobs(deps({ hasOwnClock: true }))
    expect(asked).toEqual([clock, clock + 10 * MINUTE, clock + YEAR])
  })
})
