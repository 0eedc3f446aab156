import { expect, it } from 'vitest'
import type { ClaimValue } from '../../src/domain/federation.ts'
import { conditionsOf, matches } from '../../src/domain/rule-judgement.ts'

const isMet = (expected: unknown, actual: unknown) =>
  matches(
    conditionsOf(
      { subject: null, claims: { account: expected as ClaimValue } },
      { preset: 'custom' },
      { account: actual },
    ),
  )

it.each([0, -1, 1.5, 123_456_789_012_345, true, false, 'a', ''])('%j is met by itself', (value) => {
  expect(isMet(value, value)).toBe(true)
})

it.each([
  ['1', 1],
  [1, '1'],
  [0, false],
  [1, [1]],
  ['', null],
])('%j is not met by %j', (expected, actual) => {
  expect(isMet(expected, actual)).toBe(false)
})

// As an earlier release may have stored it.
it.each([1e18, 2 ** 53, Number.POSITIVE_INFINITY, Number.NaN, null])(
  'a value that is not exact is met by nothing: %s',
  (value) => {
    expect(isMet(value, value)).toBe(false)
  },
)
