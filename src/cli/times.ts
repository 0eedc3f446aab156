import { DAY, daysUntil, HOUR, isoTime, MINUTE, type Seconds } from '../domain/time.ts'
import { usageFailure } from './failure.ts'

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'always' })
const UNITS = [
  [HOUR, 'hour'],
  [MINUTE, 'minute'],
  [1, 'second'],
] as const

/** `in 5 days`, `3 hours ago`; days are those of the calendar. */
export function fromNow(at: Seconds, now = Math.floor(Date.now() / 1000)): string {
  const distance = at - now
  if (Math.abs(distance) >= DAY) return relative.format(daysUntil(at, now), 'day')
  const [size, unit] = UNITS.find(([size]) => Math.abs(distance) >= size) ?? [1, 'second']
  return relative.format(Math.round(distance / size), unit)
}

/** A time of the admin API (RFC 3339), with the distance in words. */
export function timeInWords(text: string): string {
  return `${text} (${fromNow(Date.parse(text) / 1000)})`
}

/** A time of a JWT (RFC 7519 §2, NumericDate). */
export function claimTime(value: unknown): string {
  return typeof value === 'number' && Math.abs(value) < 1e11
    ? `${isoTime(Math.trunc(value))} (${fromNow(value)})`
    : JSON.stringify(value)
}

const SUFFIXES: Record<string, Seconds> = { '': 1, s: 1, m: MINUTE, h: HOUR, d: DAY }

/** `24h`, `30m`, `7d`, `90s`, or plain seconds. */
export function readDuration(option: string, text: string): Seconds {
  const [, count, suffix = ''] = /^(\d{1,9})([smhd]?)$/.exec(text) ?? []
  if (count === undefined) {
    throw usageFailure(`${option} "${text}" is not a duration: write 90s, 30m, 24h or 7d.`)
  }
  return Number(count) * (SUFFIXES[suffix] ?? 1)
}
