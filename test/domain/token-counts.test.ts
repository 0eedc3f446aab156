import { expect, it } from 'vitest'
import { Refusal, type RefusalExtras } from '../../src/domain/errors.ts'
import type { RefusalCode } from '../../src/domain/refusal-reasons.ts'
import { DAY } from '../../src/domain/time.ts'
import {
  DAYS_SHOWN,
  dayOf,
  daysShown,
  GUESSED,
  ISSUED,
  isOfKnownCaller,
  oldestDayKept,
  outcomeOf,
} from '../../src/domain/token-counts.ts'
import { NOW } from './arbitraries.ts'

const outcome = (code: RefusalCode, extras: RefusalExtras = {}) =>
  outcomeOf(new Refusal(code, 'no', extras))

it('counts a refusal by its code, and one of credentials by what was wrong with them', () => {
  expect(outcome('invalid_scope')).toBe('invalid_scope')
  expect(outcome('invalid_client')).toBe('wrong_secret')
  for (const why of ['suspended', 'expired_secret', 'future_secret'] as const) {
    expect(outcome('invalid_client', { why })).toBe(why)
  }
})

it('lets nobody cause a write who did not send the right secret', () => {
  expect(isOfKnownCaller(outcome('invalid_client'))).toBe(false)
  expect(isOfKnownCaller(outcome('too_many_requests'))).toBe(false)
  expect(isOfKnownCaller(GUESSED)).toBe(false)
  expect(isOfKnownCaller(outcome('invalid_client', { why: 'suspended' }))).toBe(true)
  expect(isOfKnownCaller(outcome('invalid_target'))).toBe(true)
  // This name is stored: under another one the figures would begin anew.
  expect(ISSUED).toBe('issued')
  expect(isOfKnownCaller(ISSUED)).toBe(true)
})

it('shows the last 30 days, today among them, and keeps them all', () => {
  const days = daysShown(NOW)
  expect(days).toHaveLength(DAYS_SHOWN)
  expect(days.at(-1)).toBe(dayOf(NOW))
  expect(days).toEqual(days.map((_, i) => dayOf(NOW) - 29 + i))
  expect(oldestDayKept(NOW)).toBe(dayOf(NOW) - 34)
})

it('counts days in UTC from 1970 on', () => {
  expect(dayOf(0)).toBe(0)
  expect(dayOf(DAY - 1)).toBe(0)
  expect(dayOf(DAY)).toBe(1)
})
