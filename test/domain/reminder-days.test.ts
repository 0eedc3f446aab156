import { expect, it } from 'vitest'
import { thresholdDue } from '../../src/domain/reminder-days.ts'
import { DAY } from '../../src/domain/time.ts'

const MIDNIGHT = Date.UTC(2026, 10, 22) / 1000
const DAYS = [30, 14, 1, 0]

it.each<[string, number, number | null]>([
  ['more than 30 days away', 31 * DAY, null],
  ['at the end of the 30th day', 31 * DAY - 1, 30],
  ['15 days away', 15 * DAY, 30],
  ['at the end of the 14th day', 15 * DAY - 1, 14],
  ['two days away', 2 * DAY, 14],
  ['tomorrow', 2 * DAY - 1, 1],
  ['in a second', 1, 1],
  ['a second ago', -1, 0],
  ['almost seven days ago', -7 * DAY + 1, 0],
  ['seven days ago', -7 * DAY, null],
])('of a secret whose end is %s the threshold passed last is told', (_when, ahead, due) => {
  expect(thresholdDue(MIDNIGHT + ahead, MIDNIGHT, DAYS)).toBe(due)
})
