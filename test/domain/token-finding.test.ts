import { expect, it } from 'vitest'
import { isTime } from '../../src/domain/token-finding.ts'

it('a time is a whole number of seconds from 0 to the latest that a date can say', () => {
  expect([0, 1_800_000_000, 8e12].map(isTime)).toEqual([true, true, true])
  expect([-1, 1.5, 8e12 + 1, Number.NaN, Infinity].map(isTime)).toEqual(Array(5).fill(false))
})
