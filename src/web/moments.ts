import * as v from 'valibot'
import { DAY, type Seconds, startOfDate } from '../domain/time.ts'

const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/

const WHAT = 'must be a date, 2026-11-26, or a moment, 2026-11-26T09:30:00Z'

/** A moment, or the beginning of a day in UTC, in seconds since 1970. */
export const moment = momentBy(startOfDate)

/** For a range that ends before a moment, or with a day: a day ends where the next one begins. */
export const momentOrEndOfDay = momentBy((text) => {
  const start = startOfDate(text)
  return start === null ? null : start + DAY
})

function momentBy(dateOf: (text: string) => Seconds | null) {
  const read = (text: string) => (MOMENT.test(text) ? secondOf(text) : dateOf(text))
  return v.pipe(
    v.string(),
    v.check((text) => read(text) !== null, WHAT),
    v.transform((text) => read(text) ?? 0),
  )
}

/** Times here are whole seconds: what is at or after a moment is at or after the next whole one. */
function secondOf(text: string): Seconds | null {
  const milliseconds = Date.parse(text)
  return Number.isNaN(milliseconds) ? null : Math.ceil(milliseconds / 1000)
}
