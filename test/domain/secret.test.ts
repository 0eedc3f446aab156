import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { liveSecrets, visibleSecrets } from '../../src/domain/client.ts'
import {
  defaultExpiry,
  endOf,
  expiryLike,
  expiryOn,
  hasVanished,
  isLive,
  isRetiring,
  retire,
} from '../../src/domain/secret.ts'
import {
  addMonths,
  DAY,
  endOfDay,
  isoTime,
  type Seconds,
  startOfDay,
} from '../../src/domain/time.ts'
import { aClient, aSecret, NOW, RUNS, secretsAround, span } from './arbitraries.ts'

const at = (text: string): Seconds => Date.parse(text) / 1000
const clock = fc.integer({ min: at('2026-01-01T00:00:00Z'), max: at('2096-12-31T23:59:59Z') })
const dateOf = (time: Seconds) => isoTime(time).slice(0, 10)

it('works from its creation until just before its end', () => {
  const secret = aSecret({ createdAt: NOW, expiresAt: NOW + DAY })
  expect([NOW - 1, NOW, NOW + DAY - 1, NOW + DAY].map((now) => isLive(secret, now))).toEqual([
    false,
    true,
    true,
    false,
  ])
})

it('works until just before it retires, and then has vanished', () => {
  const secret = aSecret({ retiresAt: NOW + 60 })
  expect([NOW, NOW + 59, NOW + 60].map((now) => isLive(secret, now))).toEqual([true, true, false])
  expect([NOW + 59, NOW + 60].map((now) => hasVanished(secret, now))).toEqual([false, true])
})

it('does not vanish by expiring', () => {
  const expired = aSecret({ expiresAt: NOW - DAY })
  expect(hasVanished(expired, NOW)).toBe(false)
  expect(visibleSecrets(aClient({ secrets: [expired] }), NOW)).toEqual([expired])
})

it('lives for one unbroken span of time', () => {
  const times = fc.tuple(span, span, span).map((spans) => spans.sort((a, b) => a - b))
  fc.assert(
    fc.property(secretsAround(NOW), times, (secrets, [a, b, c]) => {
      for (const secret of secrets) {
        if (isLive(secret, NOW + a) && isLive(secret, NOW + c)) {
          expect(isLive(secret, NOW + b)).toBe(true)
        }
        expect(isLive(secret, endOf(secret) - 1)).toBe(true)
        expect(isLive(secret, endOf(secret))).toBe(false)
      }
    }),
    RUNS,
  )
})

it('counts as live only what is visible', () => {
  fc.assert(
    fc.property(secretsAround(NOW), (secrets) => {
      const visible = visibleSecrets({ secrets }, NOW)
      expect(visible).toEqual(expect.arrayContaining(liveSecrets({ secrets }, NOW)))
    }),
    RUNS,
  )
})

it('retires at the sooner of the time asked for and its own end, and never later than before', () => {
  const seconds = fc.integer({ min: 0, max: 604_800 })
  fc.assert(
    fc.property(secretsAround(NOW), seconds, seconds, (secrets, first, second) => {
      for (const secret of secrets) {
        const once = retire(secret, NOW, first)
        expect(once).toEqual({ ...secret, retiresAt: Math.min(NOW + first, endOf(secret)) })
        expect(isRetiring(once)).toBe(true)
        expect(endOf(retire(once, NOW, second))).toBeLessThanOrEqual(endOf(once))
      }
    }),
    RUNS,
  )
})

it('ends at once where it retires in 0 seconds', () => {
  const retired = retire(aSecret(), NOW, 0)
  expect([isLive(retired, NOW), hasVanished(retired, NOW)]).toEqual([false, true])
})

it('lasts until 23:59:59 UTC of the 90th day from today by default', () => {
  expect(isoTime(defaultExpiry(NOW))).toBe('2027-04-15T23:59:59Z')
  fc.assert(
    fc.property(clock, (now) => {
      expect(defaultExpiry(now) + 1).toBe(startOfDay(now) + 91 * DAY)
      expect(expiryOn(dateOf(defaultExpiry(now)), now)).toBe(defaultExpiry(now))
    }),
    RUNS,
  )
})

it.each([
  ['2027-01-15T08:00:00Z', '2027-01-15'],
  ['2027-01-15T23:59:59Z', '2027-01-15'],
  ['2027-01-15T00:00:00Z', '2029-01-15'],
  ['2027-01-15T23:59:59Z', '2029-01-15'],
  ['2028-02-29T08:00:00Z', '2030-02-28'],
  ['2026-02-28T08:00:00Z', '2028-02-28'],
  ['2027-12-31T08:00:00Z', '2029-12-31'],
])('at %s takes %s, until 23:59:59 UTC of it', (now, date) => {
  expect(expiryOn(date, at(now))).toBe(at(`${date}T23:59:59Z`))
})

it.each([
  ['2027-01-15T00:00:00Z', '2027-01-14', /past/],
  ['2027-01-15T08:00:00Z', '1970-01-01', /past/],
  ['2027-01-15T23:59:59Z', '2029-01-16', /24 months/],
  ['2028-02-29T08:00:00Z', '2030-03-01', /24 months/],
  ['2026-02-28T08:00:00Z', '2028-02-29', /24 months/],
  ['2027-01-15T08:00:00Z', '9999-12-31', /24 months/],
  ['2027-01-15T08:00:00Z', '2028-02-30', /date/],
  ['2027-01-15T08:00:00Z', '', /date/],
])('at %s refuses %j in words', (now, date, words) => {
  expect(expiryOn(date, at(now))).toMatch(words)
})

it('takes exactly the dates from today to 24 calendar months from today', () => {
  const days = fc.integer({ min: -40, max: 800 })
  fc.assert(
    fc.property(clock, days, (now, offset) => {
      const day = startOfDay(now) + offset * DAY
      const isAllowed = day >= startOfDay(now) && day <= addMonths(startOfDay(now), 24)
      const expected = isAllowed ? endOfDay(day) : expect.any(String)
      expect(expiryOn(dateOf(day), now)).toEqual(expected)
    }),
    { ...RUNS, numRuns: 1000 },
  )
})

describe('the end of a secret that takes the place of another', () => {
  const term = (created: string, expires: string) => ({
    createdAt: at(created),
    expiresAt: at(`${expires}T23:59:59Z`),
    retiresAt: null,
  })

  it.each([
    ['the same day', term('2026-11-22T12:00:00Z', '2026-11-22'), '2026-11-23T23:59:59Z'],
    ['90 days', term('2026-11-22T23:59:59Z', '2027-02-20'), '2027-02-21T23:59:59Z'],
    ['all that there is', term('2026-11-22T12:00:00Z', '2028-11-22'), '2028-11-23T23:59:59Z'],
    ['more than there is now', term('2020-01-01T12:00:00Z', '2030-01-01'), '2028-11-23T23:59:59Z'],
  ])('is as many days away as it was given: %s', (_name, other, end) => {
    expect(isoTime(expiryLike(other, at('2026-11-23T00:00:00Z')))).toBe(end)
  })
})
