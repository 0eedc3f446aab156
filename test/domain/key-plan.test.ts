import { describe, expect, it } from 'vitest'
import { type KeyPolicy, NOTHING, planUpkeep, waiting } from '../../src/domain/key-plan.ts'
import { NEVER, type SigningKey } from '../../src/domain/signing-key.ts'
import { DAY } from '../../src/domain/time.ts'
import { NOW } from './arbitraries.ts'

const POLICY: KeyPolicy = { algorithm: 'ES256', age: 90 * DAY, lead: DAY }

function aKey(kid: string, fields: Partial<SigningKey> = {}): SigningKey {
  const dates = { createdAt: NOW - 30 * DAY, activatesAt: NEVER, retiresAt: null, revokedAt: null }
  return { kid, algorithm: 'ES256', publicJwk: '{}', wrappedKey: 'wrapped', ...dates, ...fields }
}

const stepsOf = (...keys: SigningKey[]) =>
  planUpkeep(keys, NOTHING, POLICY, NOW).steps.map(
    ({ action, before }) => `${action} ${before.kid}`,
  )

describe('keys that wait', () => {
  it('are in the order in which they were published, and of one second in that of their names', () => {
    const [a, b] = [aKey('a'), aKey('b')]
    const older = aKey('older', { createdAt: NOW - 31 * DAY })
    const names = (...keys: SigningKey[]) => waiting(keys, NOW).map(({ kid }) => kid)
    expect(names(a, b, older)).toEqual(['older', 'a', 'b'])
    expect(names(b, older, a)).toEqual(['older', 'a', 'b'])
  })
})

describe('where nothing signs', () => {
  const theirs = aKey('theirs', { algorithm: 'RS256' })
  const young = aKey('young', { createdAt: NOW - 60 })
  const over = { activatesAt: NOW - 20 * DAY, revokedAt: NOW }

  it('and every cache has the standby of the algorithm, it does', () => {
    expect(stepsOf(aKey('ours'), theirs)).toEqual(['promoted ours', 'retired theirs'])
  })

  it('while the algorithm changes, the standby of before does, which every cache has', () => {
    const before = aKey('before', { algorithm: 'RS256', ...over })
    expect(stepsOf(before, theirs, young)).toEqual(['promoted theirs'])
  })

  it('it does so though the algorithm had a key long ago, which was revoked', () => {
    const ago = aKey('ago', { activatesAt: NOW - 40 * DAY, revokedAt: NOW - 35 * DAY })
    const before = aKey('before', { algorithm: 'RS256', ...over })
    expect(stepsOf(ago, before, theirs, young)).toEqual(['promoted theirs'])
  })
})

describe('a standby that is promoted by a clock that is late', () => {
  it('does not begin before the revoked key did: it would count as its predecessor', () => {
    const lost = aKey('lost', { activatesAt: NOW + 200, revokedAt: NOW + 300 })
    const [step] = planUpkeep([lost, aKey('heir')], NOTHING, POLICY, NOW).steps
    expect([step?.before.kid, step?.after.activatesAt]).toEqual(['heir', NOW + 200])
    const later = { ...lost, activatesAt: NOW - 200 }
    const [usual] = planUpkeep([later, aKey('heir')], NOTHING, POLICY, NOW).steps
    expect(usual?.after.activatesAt).toBe(NOW)
  })
})

describe('keys of another algorithm', () => {
  it('retire in the order in which they signed, four at once', () => {
    const signing = aKey('signing', { activatesAt: NOW - DAY })
    const others = [2, 5, 3, 4, 6].map((days) =>
      aKey(`of ${days} days ago`, { algorithm: 'RS256', activatesAt: NOW - days * DAY }),
    )
    expect(stepsOf(signing, aKey('standby'), ...others)).toEqual(
      [6, 5, 4, 3].map((days) => `retired of ${days} days ago`),
    )
  })
})
