import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  addMonths,
  DAY,
  daysUntil,
  endOfDay,
  isOverAMinuteAgo,
  isoTime,
  MINUTE,
  momentIn,
  startOfDate,
  startOfDay,
} from '../../src/domain/time.ts'
import { NOW, RUNS } from './arbitraries.ts'

// 1970 to the end of 9999: all that RFC 3339 can write and a token can hold.
const times = fc.integer({ min: 0, max: 253_402_300_799 })
const monthsOf = (date: Date) => date.getUTCFullYear() * 12 + date.getUTCMonth()
const at = (text: string) => Date.parse(text) / 1000

it('writes a time in UTC without fractions', () => {
  expect(isoTime(0)).toBe('1970-01-01T00:00:00Z')
  expect(isoTime(NOW)).toBe('2027-01-15T08:00:00Z')
})

it('writes times that are read back to the second', () => {
  fc.assert(
    fc.property(times, (time) => {
      expect(isoTime(time)).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/)
      expect(at(isoTime(time))).toBe(time)
    }),
    RUNS,
  )
})

it('reads the date of every time as the first second of its day', () => {
  fc.assert(
    fc.property(times, (time) => {
      expect(startOfDate(isoTime(time).slice(0, 10))).toBe(startOfDay(time))
    }),
    RUNS,
  )
})

it.each([
  '2027-02-29',
  '2027-02-30',
  '2100-02-29',
  '2027-04-31',
  '2027-13-01',
  '2027-00-10',
  '2027-01-00',
  '2027-01-32',
  '2027-1-5',
  '20270115',
  '+12027-01-15',
  '-002027-01-15',
  '2027',
  '2027-01',
  '2027-01-15T00:00:00Z',
  ' 2027-01-15',
  '2027-01-15\n',
  '２０２７-01-15',
  'tomorrow',
  '',
])('reads %j as no date', (text) => {
  expect(startOfDate(text)).toBeNull()
})

it('knows the 29th of February of leap years', () => {
  expect(startOfDate('2028-02-29')).toBe(at('2028-02-29T00:00:00Z'))
  expect(startOfDate('2000-02-29')).toBe(at('2000-02-29T00:00:00Z'))
})

it.each([
  ['2027-01-15T08:00:00Z', '2027-01-15T08:00:00Z'],
  ['2028-02-29T23:59:59Z', '2028-02-29T23:59:59Z'],
  ['2027-01-15T08:00:00.000Z', '2027-01-15T08:00:00Z'],
  ['2027-01-15T08:00:00.001Z', '2027-01-15T08:00:01Z'],
  ['2027-01-15T01:30:00+02:00', '2027-01-14T23:30:00Z'],
  ['2027-02-28T23:30:00-01:00', '2027-03-01T00:30:00Z'],
])('reads the moment %s as %s', (text, moment) => {
  expect(momentIn(text)).toBe(at(moment))
})

it.each([
  '2027-02-29T12:00:00Z',
  '2027-02-30T12:00:00Z',
  '2027-02-30T12:00:00+01:00',
  '2027-04-31T00:00:00.5Z',
  '2027-02-28T24:00:00Z',
  '2027-02-28T24:00:00+01:00',
  '2027-02-28T25:00:00Z',
  '2027-02-28T12:60:00Z',
  '2027-02-28T12:00:60Z',
  '2027-02-28T12:00:00+24:00',
  '2027-02-28T12:00:00',
  '2027-02-28 12:00:00Z',
  '2027-02-28T12:00Z',
  ' 2027-02-28T12:00:00Z',
  '2027-02-28T12:00:00Z\n',
  '2027-02-28',
  '',
])('reads %j as no moment', (text) => {
  expect(momentIn(text)).toBeNull()
})

it('ends each day at 23:59:59 UTC', () => {
  fc.assert(
    fc.property(times, (time) => {
      expect(isoTime(endOfDay(time))).toBe(`${isoTime(time).slice(0, 10)}T23:59:59Z`)
      expect(endOfDay(time) - startOfDay(time)).toBe(DAY - 1)
    }),
    RUNS,
  )
})

it.each([
  ['2027-01-15', 24, '2029-01-15'],
  ['2028-02-29', 24, '2030-02-28'],
  ['2028-02-29', 48, '2032-02-29'],
  ['2026-02-28', 24, '2028-02-28'],
  ['2027-01-31', 1, '2027-02-28'],
  ['2028-01-31', 1, '2028-02-29'],
  ['2027-03-31', 1, '2027-04-30'],
  ['2026-12-31', 2, '2027-02-28'],
  ['2027-12-31', 24, '2029-12-31'],
])('counts from %s by %i calendar months to %s', (from, months, to) => {
  expect(isoTime(addMonths(at(`${from}T12:34:56Z`), months))).toBe(`${to}T12:34:56Z`)
})

it('never skips a month, and never moves the day or the hour but to the last day of a month', () => {
  const months = fc.nat({ max: 24 })
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), months, (time, count) => {
      const [from, to] = [new Date(time * 1000), new Date(addMonths(time, count) * 1000)]
      expect(monthsOf(to) - monthsOf(from)).toBe(count)
      expect(isoTime(to.getTime() / 1000).slice(10)).toBe(isoTime(time).slice(10))
      if (to.getUTCDate() === from.getUTCDate()) return
      const next = new Date(to.getTime() + DAY * 1000)
      expect([to.getUTCDate() < from.getUTCDate(), next.getUTCDate()]).toEqual([true, 1])
    }),
    RUNS,
  )
})

it('counts days as a calendar does, whatever the hour', () => {
  const [noon, midnight] = [at('2027-01-15T12:00:00Z'), at('2027-01-16T00:00:00Z')]
  expect(daysUntil(at('2027-01-15T23:59:59Z'), noon)).toBe(0)
  expect(daysUntil(midnight, noon)).toBe(1)
  expect(daysUntil(at('2027-02-01T01:00:00Z'), at('2027-01-30T23:00:00Z'))).toBe(2)
  expect(daysUntil(noon, midnight)).toBe(-1)
})

it('notes a use where the last is a minute ago, or where there is none', () => {
  expect([isOverAMinuteAgo(0, MINUTE - 1), isOverAMinuteAgo(0, MINUTE)]).toEqual([false, true])
  expect(isOverAMinuteAgo(null, 0)).toBe(true)
})
