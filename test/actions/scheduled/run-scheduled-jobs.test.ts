import type { JobState } from '../../../src/domain/job.ts'
import { describe, expect, it } from 'vitest'
import type { JobDeps } from '../../../src/actions/scheduled/job.ts'
import { JOBS } from '../../../src/actions/scheduled/jobs.ts'
import {
  type RunDeps,
  runScheduledJobs,
} from '../../../src/actions/scheduled/run-scheduled-jobs.ts'
import { budgetOf } from '../../../src/domain/budget.ts'
import type { SigningKey } from '../../../src/domain/signing-key.ts'
import { DAY, MINUTE } from '../../../src/domain/time.ts'
import { keyMemory } from '../../../src/storage/keys/key-memory.ts'
import { NOW } from '../../domain/arbitraries.ts'
import { anEntry, memoryAnchors, memoryEdge, memoryLedger, QUIET } from '../memory.ts'

const ACTIVE: SigningKey = {
  kid: 'key_1',
  algorithm: 'ES256',
  publicJwk: '{}',
  wrappedKey: 'wrapped',
  createdAt: NOW,
  activatesAt: NOW,
  retiresAt: null,
  revokedAt: null,
}

type Scenario = {
  jobStates?: Record<string, JobState>
  /** Denylist entries that are due. */
  due?: number
  /** Configured addresses that were never let in. */
  strangers?: string[]
  keys?: SigningKey[]
  /** People with a reminder due. */
  recipients?: number
  /** Rows that each portion of the lists brings up to date. */
  settled?: number[]
  /** Clients that are not filed for the search. */
  unfiled?: number
  deduplicates?: boolean
  /** The operations spent before, and the cost of each due entry. */
  spent?: number
}

/** The deps of a run in which only the scenario gives work; and the work that was done. */
function fixture(scenario: Scenario = {}) {
  const ledger = memoryLedger()
  const edge = memoryEdge({})
  const { noted, ...ports } = memoryAnchors()
  for (const [name, jobState] of Object.entries(scenario.jobStates ?? {})) noted.set(name, jobState)
  for (let n = 0; n < (scenario.due ?? 0); n++) {
    edge.due.push({ clientId: `client_${n}`, entry: anEntry(), isRepeat: false })
  }
  const asked = new Map<string, unknown>()
  const notes = (name: string) => async (_: unknown, limit: unknown) => {
    asked.set(name, limit)
    return 0
  }
  const problems: unknown[] = []
  const warnings: unknown[] = []
  const deps = {
    ...ledger.deps,
    ...edge,
    ...ports,
    auditEvents: ledger.auditEvents,
    closed: false,
    operationsMade: () => (scenario.spent ?? 0) + (edge.written[0]?.length ?? 0),
    configuredAdministrators: scenario.strangers ?? [],
    administrators: {
      neverConfigured: async (emails: string[]) => emails,
    },
    signingKeys: { all: async () => scenario.keys ?? [ACTIVE] },
    signingKeyMaker: { make: async () => ACTIVE },
    signingKeyAge: 90 * DAY,
    signingKeyLead: DAY,
    keyMemory: keyMemory(),
    algorithm: 'ES256',
    reminders: {
      plan: async () => {},
      recipients: async (_: unknown, messages: number) => {
        asked.set('reminders', messages)
        return Array.from({ length: scenario.recipients ?? 0 }, () => ({
          email: 'ada@example.com',
        }))
      },
      // Another run was faster.
      claim: async () => null,
      forget: notes('old_reminders'),
    },
    mailer: { deduplicates: scenario.deduplicates ?? false },
    clients: {
      replacing: async () => [],
      settle: async (now: number, rows: number) => {
        await notes('lists')(now, rows)
        return scenario.settled?.shift() ?? 0
      },
      forgetExpiredTokens: notes('revoked_tokens'),
      forgetUsedAssertions: notes('used_assertions'),
    },
    searchIndex: {
      file: async (clients: number) => {
        asked.set('search', clients)
        return scenario.unfiled ?? 0
      },
    },
    tokenCounts: { forget: notes('old_token_counts') },
    idempotencyRecords: { forget: notes('old_idempotency') },
    securityEvents: null,
    keySets: { triedBefore: async () => [] },
    keyUses: { count: async () => [] },
    keyVersions: [],
    unusedSecretDays: null,
    logProblem: (...of: unknown[]) => void problems.push(of),
    logWarning: (warning: unknown) => void warnings.push(warning),
    probes: { backlog: async () => QUIET },
    hasOwnClock: true,
    settingProblems: [],
    databaseLimit: 1_000_000_000,
  } as unknown as RunDeps
  return { deps, asked, noted, problems, warnings }
}

/** The part of 48 operations left when a step begins, so that it runs alone. */
async function run(name: string, left: number, scenario: Scenario = {}) {
  const { deps, ...seen } = fixture(scenario)
  const budget = budgetOf(left, () => 0)
  const run = { now: NOW, jobStates: new Map(), updates: new Map(), budget, headSeq: 0 }
  await JOBS.find((job) => job.name === name)?.run(deps, run)
  return seen
}

describe('a portion of one run', () => {
  it.each([
    ['search', 500],
    ['lists', 1000],
    ['revoked_tokens', 500],
    ['used_assertions', 5000],
    ['old_reminders', 500],
    ['old_token_counts', 500],
    ['old_idempotency', 500],
  ])('is so many rows at most: %s, %i', async (name, rows) => {
    const { deps, asked } = fixture()
    await runScheduledJobs(deps)
    expect(asked.get(name)).toBe(rows)
  })

  it('of the lists is several, while they leave room for what comes after', async () => {
    const many = (left: number, settled: number[]) =>
      run('lists', left, { settled }).then(() => settled.length)
    const full = () => Array.from({ length: 20 }, () => 1000)
    expect(await many(48, [999, 0])).toBe(1)
    expect(await many(48, [1000, 0, 0])).toBe(1)
    expect(await many(19, full())).toBe(12)
    expect(await many(18, full())).toBe(19)
  })

  it('of the denylist is what is left, but for one minute in four', async () => {
    const { deps } = fixture()
    const limits: unknown[] = []
    deps.outbox.claim = async (_, which) => {
      limits.push(which)
      return []
    }
    const step = JOBS.find(({ name }) => name === 'denylist')
    for (const minute of [0, 1, 2, 3, 4]) {
      const now = NOW + minute * MINUTE
      const budget = budgetOf(44, () => 0)
      await step?.run(deps, { now, jobStates: new Map(), updates: new Map(), budget, headSeq: 0 })
    }
    const [all, few] = [{ limit: 38 }, { limit: 8 }]
    expect(limits).toEqual([all, all, all, few, all])
  })
})

describe('a run of the cron', () => {
  const whole = async (scenario: Scenario, change: (deps: JobDeps) => void = () => {}) => {
    const { deps, ...seen } = fixture(scenario)
    change(deps)
    const error: unknown = await runScheduledJobs(deps).catch((thrown: unknown) => thrown)
    return { ...seen, error }
  }
  const letters = async (...of: Parameters<typeof whole>) =>
    (await whole(...of)).asked.get('reminders')
  const fails = () => Promise.reject(new Error('down'))

  it('notes that it ran, and what failed of it, and logs that', async () => {
    const good = await whole({})
    expect(good.error).toBeUndefined()
    expect(good.noted.get('run')).toEqual({ ranAt: NOW, position: [] })
    expect([good.problems, good.warnings]).toEqual([[], []])
    const bad = await whole({}, (deps) => {
      deps.signingKeys.all = fails
      deps.clients.settle = fails
    })
    expect(bad.error).toEqual(new Error('The cron failed at signing_keys, lists'))
    expect(bad.noted.get('run')).toEqual({ ranAt: NOW, position: ['signing_keys', 'lists'] })
    expect(bad.problems).toEqual([
      [new Error('down'), 'signing_keys'],
      [new Error('down'), 'lists'],
    ])
    expect(bad.asked.has('old_token_counts')).toBe(true)
    const failing = (detail: string) => ({
      problem: 'cron_failing',
      level: 'degraded',
      age_seconds: 0,
      detail,
    })
    expect(bad.warnings).toEqual([
      { event: 'health', problems: [failing('signing_keys'), failing('lists')] },
    ])
  })

  it('knows since when a step has failed, run after run', async () => {
    const failed = { failing: { ranAt: NOW - MINUTE, position: { lists: NOW - DAY, hold: 1 } } }
    const { noted, warnings } = await whole({ jobStates: failed }, (deps) => {
      deps.signingKeys.all = fails
      deps.clients.settle = fails
    })
    expect(noted.get('failing')?.position).toEqual({ signing_keys: NOW, lists: NOW - DAY })
    expect(warnings).toMatchObject([
      {
        problems: [
          { level: 'failing', detail: 'lists' },
          { level: 'degraded', detail: 'signing_keys' },
        ],
      },
    ])
  })

  it('is no failure where nobody could look how all stands', async () => {
    const { error, problems } = await whole({}, (deps) => {
      Object.assign(deps, { probes: { backlog: fails } })
    })
    expect(error).toBeUndefined()
    expect(problems).toEqual([[new Error('down'), 'watch']])
  })

  it('sends as many letters as what was really spent before leaves', async () => {
    expect(await letters({})).toBe(4)
    expect(await letters({ deduplicates: true })).toBe(3)
    expect(await letters({ spent: 3 })).toBe(4)
    expect(await letters({ spent: 4 })).toBe(3)
    expect(await letters({ spent: 3, due: 1 })).toBe(3)
    expect(await letters({ spent: 33 })).toBe(1)
    expect(await letters({ spent: 34 })).toBeUndefined()
  })

  it('keeps some back for a pass that has waited', async () => {
    const waits = { run: { ranAt: NOW - MINUTE, position: [] } }
    expect(await letters({ jobStates: waits })).toBe(2)
  })

  it('begins what it can still pay for, and leaves the rest to the next', async () => {
    const strangers = ['a@example.com']
    let looks = 0
    const { asked, noted, error } = await whole({ spent: 36, strangers }, (deps) => {
      deps.administrators.neverConfigured = async () => {
        looks++
        return []
      }
    })
    expect(error).toBeUndefined()
    // 12 are left: a page of the denylist needs 22, a letter 15, the comparison 3, the verification 7.
    expect(noted.has('hold')).toBe(false)
    expect(looks).toBe(1)
    expect(asked.has('reminders')).toBe(false)
    expect([asked.has('old_token_counts'), asked.has('search')]).toEqual([true, true])
    expect([noted.has('reconciliation'), noted.has('verification')]).toEqual([true, true])
    const less = await whole({ spent: 44, strangers })
    expect([less.noted.has('reconciliation'), less.noted.has('verification')]).toEqual([
      true,
      false,
    ])
  })
})

describe('the measurements of a run', () => {
  async function measured(fails: boolean) {
    const { deps } = fixture({ spent: 36 })
    const points: object[] = []
    let clock = 1000
    deps.metrics = {
      clock: () => (clock += 7),
      write: (point: object) => void points.push(point),
    } as never
    if (fails) deps.keyUses.count = () => Promise.reject(new Error('D1 does not answer'))
    await runScheduledJobs(deps).catch(() => {})
    const named = (name: string) => points.find((point) => 'name' in point && point.name === name)
    return { keys: named('keys'), hold: named('hold'), run: points.at(-1) }
  }

  it('say of each job and of all how they went, and how long they took', async () => {
    const ms = 7
    expect(await measured(false)).toMatchObject({
      keys: { kind: 'job', name: 'keys', outcome: 'done', ms },
      hold: { kind: 'job', name: 'hold', outcome: 'waited' },
      run: { kind: 'run', name: 'cron', outcome: 'done', failures: 0, ms: expect.any(Number) },
    })
    const failed = await measured(true)
    expect(failed).toMatchObject({
      keys: { kind: 'job', name: 'keys', outcome: 'failed', ms },
      run: { kind: 'run', name: 'cron', outcome: 'failed', failures: 1 },
    })
    const { ms: whole } = failed.run as { ms: number }
    expect(whole % ms === 0 && whole > ms && whole < 1000).toBe(true)
  })
})
