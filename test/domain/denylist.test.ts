import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TOKEN_LIFETIME_MAX } from '../../src/domain/client-details.ts'
import {
  DENYLIST_TTL,
  type DenylistEntry,
  denylistKey,
  EDGE_MEMORY,
  isAheadOf,
  isUpToDate,
} from '../../src/domain/denylist.ts'
import { CLOCK_SKEW, DAY } from '../../src/domain/time.ts'
import { NOW, RUNS } from './arbitraries.ts'

const said: DenylistEntry = { version: 3, suspended: false, generation: 1, revoked: ['a', 'b'] }
const state = { ...said, clientId: 'client_1', changedAt: NOW }

const entry: fc.Arbitrary<DenylistEntry> = fc.record({
  version: fc.integer({ min: 1, max: 3 }),
  suspended: fc.boolean(),
  generation: fc.integer({ min: 0, max: 2 }),
  revoked: fc.subarray(['a', 'b', 'c']),
})

it('has one key for each client', () => {
  expect(denylistKey('client_1')).toBe('client:client_1')
})

it('remembers longer than any token lives, and longer than D1 can be taken back', () => {
  expect(EDGE_MEMORY).toBe(TOKEN_LIFETIME_MAX + CLOCK_SKEW)
  expect(CLOCK_SKEW).toBeGreaterThanOrEqual(5 * 60)
  expect(DENYLIST_TTL).toBeGreaterThan(30 * DAY)
  expect(DENYLIST_TTL).toBeLessThanOrEqual(31 * DAY)
})

describe('an entry of another version', () => {
  it('is ahead when it is higher, whatever it says, and never when it is lower', () => {
    fc.assert(
      fc.property(entry, entry, (shown, other) => {
        fc.pre(shown.version !== other.version)
        expect(isAheadOf(shown, other)).toBe(shown.version > other.version)
      }),
      RUNS,
    )
  })
})

describe('an entry of the same version', () => {
  it('knows nothing more where it is the same', () => {
    expect(isAheadOf(said, said)).toBe(false)
    expect(isAheadOf({ ...said, revoked: ['b', 'a'] }, said)).toBe(false)
  })

  it.each([
    ['a suspension', { suspended: true }],
    ['a generation', { generation: 2 }],
    ['an older generation', { generation: 0 }],
    ['neither of two revocations', { revoked: [] }],
    ['one revocation less', { revoked: ['a'] }],
  ])('was made by another D1 when it differs by %s', (_, fields) => {
    expect(isAheadOf({ ...said, ...fields }, said)).toBe(true)
  })

  it('may hold a revoked token that D1 has forgotten, because it has expired', () => {
    expect(isAheadOf({ ...said, revoked: ['a', 'b', 'c'] }, said)).toBe(false)
    expect(isAheadOf(said, { ...said, revoked: [] })).toBe(false)
  })

  it('is no further than D1 just when it says the same of the client and has all its revocations', () => {
    fc.assert(
      fc.property(entry, entry, (shown, other) => {
        const known = { ...other, version: shown.version }
        const isSame = shown.suspended === known.suspended && shown.generation === known.generation
        const hasAll = known.revoked.every((jti) => shown.revoked.includes(jti))
        expect(isAheadOf(shown, known)).toBe(!(isSame && hasAll))
      }),
      RUNS,
    )
  })
})

describe('the denylist has been told', () => {
  it('when it shows what D1 says, in whatever order the tokens stand', () => {
    expect(isUpToDate(state, said, NOW)).toBe(true)
    expect(isUpToDate(state, { ...said, revoked: ['b', 'a'] }, NOW)).toBe(true)
  })

  it.each([
    ['version', { version: 2 }],
    ['suspension', { suspended: true }],
    ['generation', { generation: 0 }],
    ['revoked tokens', { revoked: ['a'] }],
  ])('not when it shows another %s', (_, fields) => {
    expect(isUpToDate(state, { ...said, ...fields }, NOW)).toBe(false)
  })

  it('by nothing at all, once nothing is left to refuse', () => {
    const after = NOW + EDGE_MEMORY
    expect(isUpToDate(state, null, NOW)).toBe(false)
    expect(isUpToDate(state, null, after - 1)).toBe(false)
    expect(isUpToDate(state, null, after)).toBe(true)
  })

  it('never by nothing of a client that is suspended', () => {
    const suspended = { ...state, suspended: true }
    for (const now of [NOW, NOW + EDGE_MEMORY, NOW + 100 * DAY]) {
      expect(isUpToDate(suspended, null, now)).toBe(false)
    }
  })
})
