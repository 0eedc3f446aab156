export { isRecent } from '../platform/recent.ts'

/** Whole seconds since 1970-01-01T00:00:00Z: what JWT claims use (RFC 7519 §2, NumericDate). */
export type Seconds = number

export const MINUTE = 60
export const HOUR = 3600
export const DAY = 86_400

/**
 * The tolerated difference between clocks: a token that one instance considers dead may be alive in
 * another.
 */
export const CLOCK_SKEW: Seconds = 10 * MINUTE

/**
 * Whether `last` is at least a period ago or never happened. A time in the future also counts as
 * due: a clock was wrong, or the value was tampered with, and waiting for it would take as long as
 * it is off.
 */
export function isDue(last: Seconds | null, period: Seconds, now: Seconds): boolean {
  return last === null || last <= now - period || isAhead(last, now)
}

/** For what is noted at most once a minute. */
export function isOverAMinuteAgo(at: Seconds | null, now: Seconds): boolean {
  return isDue(at, MINUTE, now)
}

/** Further in the future than clocks may differ. */
export function isAhead(at: Seconds, now: Seconds): boolean {
  return at > now + CLOCK_SKEW
}

/** RFC 3339 in UTC without fractions: `2026-11-22T23:59:59Z`. */
export function isoTime(at: Seconds): string {
  return new Date(at * 1000).toISOString().replace('.000Z', 'Z')
}

/** The first second of a calendar date in UTC, or null if `text` is not a date. */
export function startOfDate(text: string): Seconds | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null
  const milliseconds = Date.parse(`${text}T00:00:00Z`)
  // In some engines, Date.parse turns 2026-02-30 into a day in March: only a round trip proves a
  // date.
  if (Number.isNaN(milliseconds) || !isoTime(milliseconds / 1000).startsWith(text)) return null
  return milliseconds / 1000
}

const MOMENT = /^(\d{4}-\d{2}-\d{2})T(\d{2}):\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/

/**
 * A moment as RFC 3339 writes it, or null if `text` is none. Times here are whole seconds: what is
 * at or after a moment is at or after the next whole one.
 */
export function momentIn(text: string): Seconds | null {
  const [, date = '', hour] = MOMENT.exec(text) ?? []
  // RFC 3339 §5.7: 30 February and 24:00 do not exist, and Date.parse takes them for later times.
  if (startOfDate(date) === null || hour === '24') return null
  const milliseconds = Date.parse(text)
  return Number.isNaN(milliseconds) ? null : Math.ceil(milliseconds / 1000)
}

export function startOfDay(at: Seconds): Seconds {
  return Math.floor(at / DAY) * DAY
}

/** 23:59:59 UTC of the day in which `at` lies. */
export function endOfDay(at: Seconds): Seconds {
  return startOfDay(at) + DAY - 1
}

/** The same day `months` calendar months later, or the last day of that month if it is shorter. */
export function addMonths(at: Seconds, months: number): Seconds {
  const from = new Date(at * 1000)
  const target = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + months, 1))
  const last = new Date(Date.UTC(target.getUTCFullYear(), target.getUTCMonth() + 1, 0)).getUTCDate()
  target.setUTCDate(Math.min(from.getUTCDate(), last))
  return target.getTime() / 1000 + (at - startOfDay(at))
}

/** Days from today to the day in which `end` lies, in UTC, as a calendar counts them: 0 is today. */
export function daysUntil(end: Seconds, now: Seconds): number {
  return (startOfDay(end) - startOfDay(now)) / DAY
}
