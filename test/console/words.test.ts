import { countedInWords } from '../../src/domain/count.ts'
import { describe, expect, it } from 'vitest'
import {
  dayInWords,
  durationInWords,
  expiryInWords,
  minuteInUtc,
  numberInWords,
  relativeTime,
  secondInUtc,
  shortDay,
  shortTime,
} from '../../src/console/kit/words.ts'

const NOW = Date.UTC(2026, 10, 22, 10) / 1000
const [MINUTE, HOUR, DAY] = [60, 3600, 86_400]

const HOURS = [-24, 0, 1, 14, 38].map((hours) => hours * HOUR)

describe('in words', () => {
  it('a time is so far away, and shorter in a column', () => {
    const far = [
      0,
      59,
      -59,
      MINUTE,
      -MINUTE,
      HOUR - 1,
      HOUR,
      1 - DAY,
      -DAY,
      120 * DAY - 1,
      120 * DAY,
    ]
    expect(far.map((distance) => relativeTime(NOW + distance, NOW))).toEqual([
      'just now',
      'in a moment',
      'just now',
      'in 1 minute',
      '1 minute ago',
      'in 59 minutes',
      'in 1 hour',
      '23 hours ago',
      '1 day ago',
      'in 119 days',
      'in 4 months',
    ])
    const short = 'now now now in_1m 1m_ago in_59m in_1h 23h_ago 1d_ago in_119d in_4mo'.split(' ')
    expect(far.map((distance) => shortTime(NOW + distance, NOW))).toEqual(
      short.map((one) => one.replace('_', ' ')),
    )
  })

  it('an end is to come or over, by the days of UTC', () => {
    expect(HOURS.map((distance) => expiryInWords(NOW + distance, NOW))).toEqual([
      'expired 1 day ago',
      'expired just now',
      'expires today',
      'expires tomorrow',
      'expires in 2 days',
    ])
  })

  it('a moment has its day, minute and second in UTC', () => {
    const at = Date.UTC(2027, 1, 6, 23, 59, 5) / 1000
    expect([dayInWords(at), minuteInUtc(at), secondInUtc(at)]).toEqual([
      '6 February 2027',
      '2027-02-06 23:59 UTC',
      '2027-02-06 23:59:05 UTC',
    ])
    expect([shortDay(at, NOW), shortDay(NOW, NOW)]).toEqual(['6 Feb 27', '22 Nov'])
  })

  it('a duration is exact, and a number is counted', () => {
    const words = [3600, 43_200, 60, 5400, 1, 61].map(durationInWords)
    const expected = ['1 hour', '12 hours', '1 minute', '90 minutes', '1 second', '61 seconds']
    expect(words).toEqual(expected)
    const days = [0, 1, 2].map((count) => countedInWords(count, 'day'))
    expect([...days, numberInWords(12_345)]).toEqual(['0 days', '1 day', '2 days', '12,345'])
  })
})
