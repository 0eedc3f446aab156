import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { afterFirstUses, awaitsFirstUse } from '../../src/domain/first-use.ts'
import { endOf, type Secret } from '../../src/domain/secret.ts'
import { DAY, HOUR, MINUTE } from '../../src/domain/time.ts'
import { aSecret, NOW, RUNS, secretsAround } from './arbitraries.ts'

const older = (fields: Partial<Secret> = {}) => aSecret({ secretId: 'older', ...fields })
const replacing = (fields: Partial<Secret> = {}) =>
  aSecret({ secretId: 'replacing', createdAt: NOW, retireOthersIn: HOUR, ...fields })
const used = (fields: Partial<Secret> = {}) =>
  replacing({ firstUsedAt: NOW + MINUTE, lastUsedAt: NOW + DAY, ...fields })

const endsAfter = (...secrets: Secret[]) =>
  afterFirstUses(secrets).map(({ secretId, retiresAt }) => [secretId, retiresAt])

describe('before the first use of the new secret', () => {
  it('nothing has an end, and the very same list comes back', () => {
    const secrets = [older(), replacing()]
    expect(afterFirstUses(secrets)).toBe(secrets)
    expect([awaitsFirstUse(replacing()), awaitsFirstUse(older())]).toEqual([true, false])
  })
})

describe('the first use of the new secret', () => {
  it('ends those before it so long after that use, whenever it is looked at', () => {
    expect(endsAfter(older(), used())).toEqual([
      ['older', NOW + MINUTE + HOUR],
      ['replacing', null],
    ])
  })

  it('is waited for no longer', () => {
    const [, after] = afterFirstUses([older(), used()])
    expect(after).toEqual({ ...used(), retireOthersIn: null })
    expect(awaitsFirstUse(used())).toBe(false)
  })

  it('is the last use where a release that knows no other noted it', () => {
    const noted = used({ firstUsedAt: null, lastUsedAt: NOW + 2 * MINUTE })
    expect(endsAfter(older(), noted)[0]).toEqual(['older', NOW + 2 * MINUTE + HOUR])
  })

  it('lengthens nothing: neither an expiry nor a retirement that is sooner', () => {
    const expiring = older({ expiresAt: NOW + 30 * MINUTE })
    const retiring = older({ retiresAt: NOW + 20 * MINUTE })
    expect(endsAfter(expiring, used())[0]).toEqual(['older', NOW + 30 * MINUTE])
    expect(endsAfter(retiring, used())[0]).toEqual(['older', NOW + 20 * MINUTE])
  })

  it('leaves what had expired by then, and what is newer than it', () => {
    const expired = older({ expiresAt: NOW })
    const newer = aSecret({ secretId: 'newer', createdAt: NOW })
    expect(endsAfter(expired, used(), newer)).toEqual([
      ['older', null],
      ['replacing', null],
      ['newer', null],
    ])
  })

  it('of two that others wait for ends those before each, at the sooner time', () => {
    const last = used({ secretId: 'last', firstUsedAt: NOW + 2 * MINUTE, retireOthersIn: 0 })
    expect(endsAfter(older(), used(), last)).toEqual([
      ['older', NOW + 2 * MINUTE],
      ['replacing', NOW + 2 * MINUTE],
      ['last', null],
    ])
  })
})

it('is carried out once, and never ends a secret later than it would have ended', () => {
  fc.assert(
    fc.property(secretsAround(NOW), fc.integer({ min: 0, max: 7 * DAY }), (secrets, seconds) => {
      const all = [...secrets, used({ retireOthersIn: seconds, firstUsedAt: NOW })]
      const once = afterFirstUses(all)
      expect(afterFirstUses(once)).toBe(once)
      for (const [i, secret] of once.entries()) {
        expect(endOf(secret)).toBeLessThanOrEqual(endOf(all[i] ?? secret))
      }
    }),
    RUNS,
  )
})
