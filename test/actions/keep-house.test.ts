import { describe, expect, it } from 'vitest'
import type { HouseDeps } from '../../src/actions/house-round.ts'
import { keepHouse, STEPS } from '../../src/actions/keep-house.ts'
import type { SigningKey } from '../../src/domain/signing-key.ts'
import { DAY, MINUTE } from '../../src/domain/time.ts'
import type { Chore } from '../../src/domain/upkeep-ports.ts'
import { NOW } from '../domain/arbitraries.ts'
import { anEntry, memoryEdge, memoryLedger } from './memory.ts'

const ACTIVE: SigningKey = {
  kid: 'key_1',
  algorithm: 'ES256',
  publicJwk: '{}',
  wrappedKey: 'wrapped',
  createdAt: NOW,
  activatesAt: NOW,
  revokedAt: null,
}

type House = {
  chores?: Record<string, Chore>
  /** Denylist entries that are due, and whether KV takes them. */
  due?: number
  inVain?: boolean
  /** Configured addresses that were never let in. */
  strangers?: string[]
  keys?: SigningKey[]
  /** People with a reminder due. */
  recipients?: number
  /** Rows that each portion of the lists brings up to date. */
  settled?: number[]
  deduplicates?: boolean
  /** Whether something happened since the log was anchored. */
  happened?: boolean
  /** A client of which the denylist knows more than D1. */
  ahead?: boolean
}

/** A house in which there is nothing to do but for what is said; and what was done in it. */
function aHouse(house: House = {}) {
  const ledger = memoryLedger()
  const edge = memoryEdge({ client_ahead: anEntry() })
  for (let n = 0; n < (house.due ?? 0); n++) {
    edge.due.push({ clientId: `client_${n}`, entry: anEntry(), isRepeat: false })
  }
  if (house.inVain) edge.settledAs.push('unsettled')
  if (house.ahead) edge.shown.set('client_ahead', anEntry({ version: 9 }))
  const asked = new Map<string, unknown>()
  const notes = (name: string) => async (_: unknown, limit: unknown) => {
    asked.set(name, limit)
    return 0
  }
  const noted = new Map<string, Chore>()
  const problems: unknown[] = []
  const deps = {
    ...ledger.deps,
    ...edge,
    ledger: {
      ...ledger.deps.ledger,
      head: async () => (house.happened ? { seq: 1, seal: 'seal_1' } : { seq: 0, seal: '' }),
      commit: async () => true,
    },
    anchors: { latest: async () => null, all: async () => [], keep: async () => {} },
    auditEvents: { since: async () => [], seals: async () => new Map() },
    configuredAdministrators: house.strangers ?? [],
    administrators: {
      neverConfigured: async (emails: string[]) => emails,
    },
    signingKeys: { all: async () => house.keys ?? [ACTIVE] },
    signingKeyMaker: { make: async () => ACTIVE },
    signingKeyAge: 90 * DAY,
    algorithm: 'ES256',
    reminders: {
      plan: async () => {},
      recipients: async (_: unknown, messages: number) => {
        asked.set('reminders', messages)
        return Array.from({ length: house.recipients ?? 0 }, () => ({ email: 'ada@example.com' }))
      },
      // Another run was faster.
      claim: async () => null,
      forget: notes('old_reminders'),
    },
    mailer: { deduplicates: house.deduplicates ?? false },
    clients: {
      settle: async (now: number, rows: number) => {
        await notes('lists')(now, rows)
        return house.settled?.shift() ?? 0
      },
      forgetExpiredTokens: notes('revoked_tokens'),
    },
    tokenCounts: { forget: notes('old_token_counts') },
    idempotencyRecords: { forget: notes('old_idempotency') },
    chores: {
      all: async () => new Map(Object.entries(house.chores ?? {})),
      note: async (chores: Map<string, Chore>) => {
        for (const [name, chore] of chores) noted.set(name, chore)
      },
    },
    logProblem: (...of: unknown[]) => void problems.push(of),
  } as unknown as HouseDeps & Parameters<typeof keepHouse>[0]
  return { deps, asked, noted, problems }
}

/** What a step says that it spent. */
async function cost(name: string, house: House = {}, left = 48): Promise<number | undefined> {
  const round = { now: NOW, chores: new Map(), noted: new Map(), left }
  return STEPS.find((step) => step.name === name)?.run(aHouse(house).deps, round)
}

describe('what a step of the cron spends', () => {
  it('is by the entry for the denylist, and more where a client may have been held', async () => {
    expect(await cost('denylist')).toBe(2)
    expect(await cost('denylist', { due: 3 })).toBe(9)
    expect(await cost('denylist', { due: 3, inVain: true })).toBe(16)
  })

  it('is more where an anchor is kept, or a key is made', async () => {
    expect(await cost('anchor')).toBe(3)
    expect(await cost('anchor', { happened: true })).toBe(5)
    expect(await cost('signing_keys')).toBe(1)
    expect(await cost('signing_keys', { keys: [] })).toBe(6)
  })

  it('is by the person who is let in, of three at most', async () => {
    const strangers = ['a@example.com', 'b@example.com', 'c@example.com', 'd@example.com']
    expect(await cost('administrators')).toBe(1)
    expect(await cost('administrators', { strangers: strangers.slice(0, 2) })).toBe(10)
    expect(await cost('administrators', { strangers })).toBe(12)
  })

  it('is by the letter, and one more for each that may be handed over again', async () => {
    expect(await cost('reminders')).toBe(5)
    expect(await cost('reminders', { recipients: 2 })).toBe(25)
    expect(await cost('reminders', { recipients: 2, deduplicates: true })).toBe(27)
  })

  it.each([
    ['lists', 1000],
    ['revoked_tokens', 500],
    ['old_reminders', 500],
    ['old_token_counts', 500],
    ['old_idempotency', 500],
  ])('is one statement at least, and of so many rows at most: %s, %i', async (name, rows) => {
    expect(await cost(name, {})).toBe(1)
    const { deps, asked } = aHouse()
    await keepHouse(deps)
    expect(asked.get(name)).toBe(rows)
  })
})

it('brings lists up to date in as many portions as leave room for what comes after', async () => {
  const full = () => Array.from({ length: 20 }, () => 1000)
  const spent = (left: number, settled: number[]) => cost('lists', { settled }, left)
  expect(await spent(48, [999])).toBe(1)
  expect(await spent(48, [1000, 0])).toBe(2)
  expect(await spent(48, full())).toBe(8)
  expect(await spent(23, full())).toBe(5)
  expect(await spent(3, full())).toBe(1)
})

describe('a run of the cron', () => {
  const run = async (house: House, change: (deps: HouseDeps) => void = () => {}) => {
    const { deps, ...seen } = aHouse(house)
    change(deps)
    const error: unknown = await keepHouse(deps).catch((thrown: unknown) => thrown)
    return { ...seen, error }
  }
  const letters = async (...of: Parameters<typeof run>) => (await run(...of)).asked.get('reminders')
  const fails = () => Promise.reject(new Error('down'))

  it('notes that it ran, and what failed of it, and logs that', async () => {
    const good = await run({})
    expect(good.error).toBeUndefined()
    expect(good.noted.get('run')).toEqual({ ranAt: NOW, position: [] })
    expect(good.problems).toEqual([])
    const bad = await run({}, (deps) => {
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
  })

  it('sends as many letters as what went before leaves', async () => {
    expect(await letters({})).toBe(3)
    expect(await letters({ deduplicates: true })).toBe(3)
    expect(await letters({ due: 4, deduplicates: true })).toBe(2)
    expect(await letters({ due: 8, inVain: true })).toBe(1)
  })

  it('takes what fails for as much as it may cost', async () => {
    expect(await letters({}, (deps) => (deps.outbox.claim = fails))).toBe(2)
    const strangers = ['a@example.com']
    const late = (deps: HouseDeps) => (deps.administrators.neverConfigured = fails)
    expect(await letters({ strangers }, late)).toBe(2)
  })

  it('keeps some back for a pass that has waited', async () => {
    const waits = { run: { ranAt: NOW - MINUTE, position: [] } }
    expect(await letters({ chores: waits })).toBe(1)
  })

  it('begins what it can still pay for, to the last, and leaves the rest to the next', async () => {
    const strangers = ['a@example.com']
    const busy = { due: 8, inVain: true, happened: true, ahead: true }
    // The denylist 21, the anchor 5, a held client 10: 12 of 48 are left.
    let looks = 0
    const { asked, noted, error } = await run({ ...busy, strangers }, (deps) => {
      deps.administrators.neverConfigured = async () => {
        looks++
        return []
      }
    })
    expect(error).toBeUndefined()
    expect(noted.has('hold')).toBe(true)
    expect(looks).toBe(1)
    // A letter would need 13, the reconciliation 10, and 10 and 6 are left.
    expect(asked.has('reminders')).toBe(false)
    expect(asked.has('old_token_counts')).toBe(true)
    expect([noted.has('reconciliation'), noted.has('verification')]).toEqual([false, true])
  })
})
