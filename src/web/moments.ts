import * as v from 'valibot'
import { DAY, momentIn, type Seconds, startOfDate } from '../domain/time.ts'

const WHAT = 'must be a date, 2026-11-26, or a moment, 2026-11-26T09:30:00Z'

/** A moment, or the beginning of a day in UTC, in seconds since 1970. */
export const moment = momentBy(startOfDate)

/** For a range that ends before a moment, or with a day: a day ends where the next one begins. */
export const momentOrEndOfDay = momentBy((text) => {
  const start = startOfDate(text)
  return start === null ? null : start + DAY
})

function momentBy(dateOf: (text: string) => Seconds | null) {
  const read = (text: string) => momentIn(text) ?? dateOf(text)
  return v.pipe(
    v.string(),
    v.check((text) => read(text) !== null, WHAT),
    v.transform((text) => read(text) ?? 0),
  )
}
