import { describe, expect, it } from 'vitest'
import type { Secret } from '../../src/domain/secret.ts'
import { extensionBy, patched, type SecretPatch } from '../../src/domain/secret-extension.ts'
import { DAY, endOfDay, HOUR, isoTime } from '../../src/domain/time.ts'
import { aSecret, NOW } from './arbitraries.ts'

// Today is 2027-01-15.

const TODAY = endOfDay(NOW)
const live = (fields: Partial<Secret> = {}) => aSecret({ expiresAt: TODAY + 5 * DAY, ...fields })
const expired = (days: number, fields: Partial<Secret> = {}) =>
  aSecret({ expiresAt: NOW - days * DAY, ...fields })

const after = (secret: Secret, patch: SecretPatch) => patched(secret, patch, NOW)

/** The problem with a patch, or null. */
function problem(secret: Secret, patch: SecretPatch): string | null {
  const found = after(secret, patch)
  return 'field' in found ? `${found.field} ${found.detail}` : null
}

describe('the expiry of a live secret', () => {
  it('moves to the end of the day asked for, and is reminded of anew', () => {
    const reminded = live({ remindedAt: NOW - DAY })
    const expiresAt = TODAY + 12 * DAY
    expect(after(reminded, { expiresOn: '2027-01-27' })).toEqual({
      ...reminded,
      expiresAt,
      remindedAt: null,
    })
  })

  it('may be sooner, and takes the retirement with it', () => {
    const retiring = live({ retiresAt: TODAY + 3 * DAY })
    const expiresAt = TODAY + DAY
    expect(after(retiring, { expiresOn: '2027-01-16' })).toMatchObject({
      expiresAt,
      retiresAt: expiresAt,
    })
  })

  it('is 24 months after its creation at the latest', () => {
    const young = live({ createdAt: NOW - 100 * DAY })
    expect(problem(young, { expiresOn: '2028-10-07' })).toBeNull()
    expect(problem(young, { expiresOn: '2028-10-08' })).toBe(
      'expires_on must be 2028-10-07 at the latest: 24 months after its creation',
    )
  })

  it('gets 7 days more once when those months end this week', () => {
    // Created on 2025-01-20.
    const old = live({ createdAt: NOW - 725 * DAY })
    const grace = after(old, { expiresOn: '2027-01-27' })
    expect(grace).toMatchObject({ expiresAt: TODAY + 12 * DAY, graceAt: NOW })
    expect(problem(grace as Secret, { expiresOn: '2027-01-28' })).toBe(
      'expires_on must not be later: the secret was extended past its end once',
    )
    expect(problem(old, { expiresOn: '2027-01-28' })).toMatch('2027-01-20 at the latest')
    const earlier = live({ createdAt: NOW - 715 * DAY, expiresAt: TODAY + 15 * DAY })
    expect(problem(earlier, { expiresOn: '2027-02-05' })).toMatch('2027-01-30 at the latest')
  })

  it.each([
    ['2027-02-30', 'must be a date such as 2027-01-31'],
    ['soon', 'must be a date such as 2027-01-31'],
    ['2027-01-14', 'must not be in the past (UTC)'],
  ])('is not %s', (expiresOn, detail) => {
    expect(problem(live(), { expiresOn })).toBe(`expires_on ${detail}`)
  })
})

describe('a secret that has expired', () => {
  it('gets 7 days from today, and what it got is remembered', () => {
    expect(after(expired(1), { expiresOn: '2027-01-22' })).toMatchObject({
      expiresAt: TODAY + 7 * DAY,
      graceAt: NOW,
    })
    expect(problem(expired(1), { expiresOn: '2027-01-23' })).toBe(
      'expires_on must be 2027-01-22 at the latest: the secret has expired',
    )
  })

  it('gets them once, and for good', () => {
    const again = expired(1, { graceAt: NOW - 8 * DAY })
    expect(problem(again, { expiresOn: '2027-01-22' })).toMatch('extended past its end once')
    const meanwhile = live({ graceAt: NOW - DAY })
    expect(problem(meanwhile, { expiresOn: '2027-01-27' })).toMatch('extended past its end once')
    expect(problem(meanwhile, { expiresOn: '2027-01-16' })).toBeNull()
  })

  it('gets none once it expired 7 days ago', () => {
    const barely = expired(7, { expiresAt: NOW - 7 * DAY + 1 })
    expect(problem(barely, { expiresOn: '2027-01-22' })).toBeNull()
    expect(problem(expired(7), { expiresOn: '2027-01-22' })).toBe(
      'expires_on must stay: the secret expired more than 7 days ago',
    )
  })
})

describe('a retirement', () => {
  const retiring = live({ retiresAt: NOW + HOUR })

  it('is taken back, moved, or set', () => {
    expect(after(retiring, { retiresAt: null })).toEqual({ ...retiring, retiresAt: null })
    expect(after(retiring, { retiresAt: NOW + DAY })).toMatchObject({ retiresAt: NOW + DAY })
    expect(after(live(), { retiresAt: NOW + 1 })).toMatchObject({ retiresAt: NOW + 1 })
  })

  it('is in the future, and not after the expiry', () => {
    expect(problem(retiring, { retiresAt: NOW })).toBe('retires_at must be in the future')
    const { expiresAt } = retiring
    expect(problem(retiring, { retiresAt: expiresAt })).toBeNull()
    expect(problem(retiring, { retiresAt: expiresAt + 1 })).toBe(
      `retires_at must not be after its expiry, ${isoTime(expiresAt)}`,
    )
    const both = { retiresAt: expiresAt + 1, expiresOn: '2027-01-27' }
    expect(problem(retiring, both)).toBeNull()
  })
})

it('gives a label, and leaves all that is left out', () => {
  expect(after(live(), { label: 'from CI' })).toEqual(live({ label: 'from CI' }))
  expect(after(live(), {})).toEqual(live())
})

describe('an extension by days', () => {
  it.each([
    ['of a live secret counts from its expiry', live(), { expiresOn: '2027-01-27' }],
    ['of an expired one counts from today', expired(3), { expiresOn: '2027-01-22' }],
    [
      'of a retiring one moves that, up to its expiry',
      live({ retiresAt: NOW + HOUR }),
      { retiresAt: TODAY + 5 * DAY },
    ],
    [
      'of one that retires long before its expiry moves that alone',
      live({ retiresAt: NOW + HOUR, expiresAt: NOW + 90 * DAY }),
      { retiresAt: NOW + HOUR + 7 * DAY },
    ],
  ])('%s', (_, secret, patch) => {
    expect(extensionBy(7, secret, NOW)).toEqual(patch)
  })
})
