import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { TOKEN_LIFETIME_MAX } from '../../src/domain/client-details.ts'
import {
  activeKey,
  ALGORITHMS,
  isAlgorithm,
  isPublished,
  JWKS_MAX_AGE,
  NEVER,
  readLeadHours,
  retiredAt,
  type SigningKey,
  stateOf,
} from '../../src/domain/signing-key.ts'
import { DAY, type Seconds } from '../../src/domain/time.ts'
import { NOW, RUNS } from './arbitraries.ts'

/** How long an earlier version published a key before it signed. */
const PENDING_PERIOD = 900

const MANY = { ...RUNS, numRuns: 1000 }

function aKey(kid: string, fields: Partial<SigningKey> = {}): SigningKey {
  return {
    kid,
    algorithm: 'ES256',
    publicJwk: '{}',
    wrappedKey: 'wrapped',
    createdAt: NOW - 30 * DAY,
    activatesAt: NOW - 30 * DAY + PENDING_PERIOD,
    retiresAt: null,
    revokedAt: null,
    ...fields,
  }
}

// Few different times, so that ties are met as well. All that was done was done by NOW.
const moment = fc.integer({ min: -8, max: 0 }).map((n) => NOW + n * 20_000)
const keys = fc
  .array(
    fc.record({
      createdAt: moment,
      pending: fc.constantFrom(0, PENDING_PERIOD, DAY),
      revokedAt: fc.option(moment, { freq: 3 }),
      algorithm: fc.constantFrom(...ALGORITHMS),
    }),
    { maxLength: 6 },
  )
  .map((list) => list.flatMap(({ pending, ...fields }, i) => withReplacement(i, pending, fields)))
const clock = fc.integer({ min: NOW, max: NOW + 300_000 })

/** A key; where it was revoked after it had begun to sign, with the one that was made instead. */
function withReplacement(
  i: number,
  pending: Seconds,
  fields: Pick<SigningKey, 'createdAt' | 'revokedAt' | 'algorithm'>,
): SigningKey[] {
  const { createdAt, revokedAt, algorithm } = fields
  const key = aKey(`kid_${i}`, { ...fields, activatesAt: createdAt + pending })
  if (revokedAt === null || revokedAt <= key.activatesAt) return [key]
  const dates = { createdAt: revokedAt, activatesAt: revokedAt }
  return [key, aKey(`kid_${i}_replacement`, { algorithm, ...dates })]
}

it('waits, signs, retires once another signs, and is gone when its last token is dead', () => {
  const [first, second] = [
    aKey('first', { createdAt: NOW, activatesAt: NOW + PENDING_PERIOD }),
    aKey('second', { createdAt: NOW + DAY, activatesAt: NOW + DAY + PENDING_PERIOD }),
  ]
  const both = [first, second]
  const handover = NOW + DAY + PENDING_PERIOD
  const states = (now: Seconds) => both.map((key) => stateOf(key, both, now))
  expect(states(NOW)).toEqual(['standby', 'standby'])
  expect(states(NOW + PENDING_PERIOD)).toEqual(['active', 'standby'])
  expect(states(handover - 1)).toEqual(['active', 'standby'])
  expect(states(handover)).toEqual(['retiring', 'active'])
  expect(states(handover + TOKEN_LIFETIME_MAX)).toEqual(['retiring', 'active'])
  expect(states(handover + 2 * TOKEN_LIFETIME_MAX)).toEqual(['gone', 'active'])
  expect(retiredAt(first, both, NOW)).toBe(handover)
  expect(retiredAt(second, both, NOW)).toBeNull()
})

it('gives way to no key that was revoked before its time came', () => {
  const [old, fresh] = [aKey('old'), aKey('fresh', { activatesAt: NOW + DAY, revokedAt: NOW })]
  const both = [old, fresh]
  for (const now of [NOW, NOW + 2 * DAY]) {
    expect(activeKey(both, 'ES256', now)).toBe(old)
    expect(both.map((key) => stateOf(key, both, now))).toEqual(['active', 'revoked'])
    expect(both.map((key) => isPublished(key, both, now))).toEqual([true, false])
  }
})

it('stays retired when the key that succeeded it is revoked and replaced', () => {
  const old = aKey('old')
  const revoked = aKey('revoked', { activatesAt: NOW - DAY, revokedAt: NOW })
  const replacement = aKey('replacement', { createdAt: NOW, activatesAt: NOW })
  const all = [old, revoked, replacement]
  expect(retiredAt(old, all, NOW)).toBe(NOW - DAY)
  expect(all.map((key) => stateOf(key, all, NOW))).toEqual(['gone', 'revoked', 'active'])
  expect(activeKey(all, 'ES256', NOW)).toBe(replacement)
})

it('INV-12: a key that replaces a revoked one signs until the next, though both began in one second', () => {
  // By a clock that is ahead the first was revoked minutes later.
  const first = aKey('z', { activatesAt: NOW - 90 * DAY, revokedAt: NOW - 90 * DAY + 300 })
  const second = aKey('a', { activatesAt: NOW - 90 * DAY })
  const third = aKey('b', { activatesAt: NOW })
  const states = (now: Seconds) =>
    [first, second, third].map((key) => stateOf(key, [first, second, third], now))
  expect(states(NOW - 1)).toEqual(['revoked', 'active', 'standby'])
  expect(states(NOW + TOKEN_LIFETIME_MAX)).toEqual(['revoked', 'retiring', 'active'])
})

it('has no active key where there is none to sign', () => {
  expect(activeKey([], 'ES256', NOW)).toBeNull()
  expect(activeKey([aKey('a', { retiresAt: NOW })], 'RS256', NOW)).toBeNull()
  expect(activeKey([aKey('a', { activatesAt: NOW + 1 })], 'ES256', NOW)).toBeNull()
})

it('has exactly one active key for each algorithm that has one to sign', () => {
  fc.assert(
    fc.property(keys, clock, (all, now) => {
      for (const algorithm of ALGORITHMS) {
        const ofAlgorithm = all.filter((key) => key.algorithm === algorithm)
        const maySign = ofAlgorithm.filter((key) => !key.revokedAt && key.activatesAt <= now)
        const active = ofAlgorithm.filter((key) => stateOf(key, all, now) === 'active')
        expect(active).toHaveLength(maySign.length === 0 ? 0 : 1)
        if (active[0]) expect(activeKey(all, algorithm, now)).toBe(active[0])
      }
    }),
    MANY,
  )
})

it('chooses the same key in whatever order the keys come', () => {
  fc.assert(
    fc.property(keys, clock, (all, now) => {
      expect(activeKey(all.toReversed(), 'ES256', now)).toBe(activeKey(all, 'ES256', now))
    }),
    RUNS,
  )
})

it('publishes the key that signs until its last token has expired', () => {
  const later = fc.nat({ max: TOKEN_LIFETIME_MAX })
  fc.assert(
    fc.property(keys, clock, later, (all, issuedAt, lifetime) => {
      const signer = activeKey(all, 'ES256', issuedAt)
      if (!signer) return
      expect(isPublished(signer, all, issuedAt + lifetime)).toBe(true)
    }),
    MANY,
  )
})

it('never signs again once it has been succeeded', () => {
  fc.assert(
    fc.property(keys, clock, fc.nat({ max: 300_000 }), (all, now, later) => {
      for (const key of all) {
        const states = [stateOf(key, all, now), stateOf(key, all, now + later)]
        const order = ['standby', 'active', 'retiring', 'gone']
        if (key.revokedAt) expect(states).toEqual(['revoked', 'revoked'])
        else
          expect(order.indexOf(states[0] ?? '')).toBeLessThanOrEqual(order.indexOf(states[1] ?? ''))
      }
    }),
    MANY,
  )
})

it('is published to the very second, and not beyond', () => {
  const [first, second] = [aKey('a'), aKey('b', { activatesAt: NOW })]
  const keys = [first, second]
  const gone = NOW + TOKEN_LIFETIME_MAX + 600
  expect(stateOf(first, keys, gone - 1)).toBe('retiring')
  expect(stateOf(first, keys, gone)).toBe('gone')
  expect(JWKS_MAX_AGE).toBe(300)
})

it('has one that signs of two that were made for the same second', () => {
  const created = NOW - DAY
  const [older, newer] = [aKey('b'), aKey('a', { createdAt: created })]
  const activatesAt = older.activatesAt
  const later = { ...newer, activatesAt }
  for (const keys of [
    [older, later],
    [later, older],
  ]) {
    expect(activeKey(keys, 'ES256', NOW)?.kid).toBe('a')
    expect(stateOf(older, keys, NOW)).not.toBe('active')
  }
  const twins = [aKey('a'), aKey('b')]
  expect(activeKey(twins, 'ES256', NOW)?.kid).toBe('b')
})

it('signs where it activates last, though another was made after it', () => {
  const early = aKey('b', { createdAt: NOW - DAY, activatesAt: NOW - 2 })
  const late = aKey('a', { createdAt: NOW - 2 * DAY, activatesAt: NOW - 1 })
  const keys = [early, late]
  expect(activeKey(keys, 'ES256', NOW)).toBe(late)
  expect(keys.map((key) => retiredAt(key, keys, NOW))).toEqual([NOW - 1, null])
})

it('is a standby as long as it has no date, and takes nobody’s place', () => {
  const [old, standby] = [aKey('a'), aKey('b', { activatesAt: NEVER })]
  const keys = [old, standby]
  for (const now of [NOW, NOW + 3650 * DAY]) {
    expect(keys.map((key) => stateOf(key, keys, now))).toEqual(['active', 'standby'])
    expect(isPublished(standby, keys, now)).toBe(true)
  }
  expect(retiredAt(old, keys, NOW)).toBeNull()
})

it('is no successor by a date that a wrong clock gave it: as far ahead as no lead is', () => {
  const [old, next] = [aKey('a'), aKey('b', { activatesAt: NOW + 365 * DAY })]
  expect(retiredAt(old, [old, next], NOW)).toBeNull()
  const week = { ...next, activatesAt: NOW + 7 * DAY }
  expect(retiredAt(old, [old, week], NOW)).toBe(NOW + 7 * DAY)
})

it('signs for another algorithm until that has a key to sign, the newest where there are several', () => {
  const [older, newer] = [aKey('a'), aKey('b', { activatesAt: NOW - 1 })]
  const rsa = { algorithm: 'RS256' } as const
  const waiting = aKey('c', { ...rsa, activatesAt: NEVER })
  expect(activeKey([older, newer, waiting], 'RS256', NOW)).toBe(newer)
  const signs = { ...waiting, activatesAt: NOW - 2 }
  expect(activeKey([older, newer, signs], 'RS256', NOW)).toBe(signs)
})

it('retires when one of another algorithm takes its place, and is published for its tokens', () => {
  const key = aKey('a', { retiresAt: NOW })
  const states = [NOW - 1, NOW, NOW + TOKEN_LIFETIME_MAX, NOW + 2 * TOKEN_LIFETIME_MAX]
  expect(states.map((now) => stateOf(key, [key], now))).toEqual([
    'active',
    'retiring',
    'retiring',
    'gone',
  ])
  expect(retiredAt(key, [key], NOW)).toBe(NOW)
})

it('is published while it waits', () => {
  const keys = [aKey('a'), aKey('b', { activatesAt: NOW + 1 })]
  expect(keys.map((key) => isPublished(key, keys, NOW))).toEqual([true, true])
})

it('is of one of two algorithms', () => {
  expect(['ES256', 'RS256', 'HS256', 'none', 'es256', ''].filter(isAlgorithm)).toEqual(ALGORITHMS)
})

it('a lead is a whole number of hours from 1 to 168', () => {
  expect([1, 24, 168].map((hours) => readLeadHours(hours))).toEqual([1, 24, 168])
  for (const hours of [0, 1.5, 169]) {
    expect(() => readLeadHours(hours)).toThrow(
      'signingKeyLeadHours must be a whole number of hours from 1 to 168',
    )
  }
})
