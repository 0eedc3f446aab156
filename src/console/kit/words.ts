import type { ClientStatus } from '../../domain/status.ts'
import { DAY, daysUntil, HOUR, isoTime, MINUTE, type Seconds } from '../../domain/time.ts'
import { countedInWords } from '../../domain/count.ts'
import { once } from '../../platform/once.ts'

/** Each status as a word and an icon: colour alone would exclude some readers. */
export const STATUS_WORDS: Record<ClientStatus, { label: string; icon: string }> = {
  suspended: { label: 'Suspended', icon: '‖' },
  expired: { label: 'Expired', icon: '●' },
  needs_attention: { label: 'Needs attention', icon: '▲' },
  available: { label: 'Available', icon: '✓' },
}

/** Formats roughly how far away a time is: `in 9 days`, `3 hours ago`. */
export function relativeTime(at: Seconds, now: Seconds): string {
  const distance = Math.abs(at - now)
  if (distance < MINUTE) return at > now ? 'in a moment' : 'just now'
  const [count, unit] = inUnits(distance)
  const words = countedInWords(count, unit)
  return at > now ? `in ${words}` : `${words} ago`
}

const SHORT: Record<string, string> = { minute: 'm', hour: 'h', day: 'd', month: 'mo' }

/** The same, short enough for a column: `in 9d`, `3h ago`. */
export function shortTime(at: Seconds, now: Seconds): string {
  const distance = Math.abs(at - now)
  if (distance < MINUTE) return 'now'
  const [count, unit] = inUnits(distance)
  const words = `${count}${SHORT[unit]}`
  return at > now ? `in ${words}` : `${words} ago`
}

function inUnits(distance: Seconds): [number, string] {
  if (distance < HOUR) return [Math.floor(distance / MINUTE), 'minute']
  if (distance < DAY) return [Math.floor(distance / HOUR), 'hour']
  if (distance < 120 * DAY) return [Math.floor(distance / DAY), 'day']
  return [Math.floor(distance / (30 * DAY)), 'month']
}

/** Formats an exact duration: `12 hours`, `1 minute`. */
export function durationInWords(duration: Seconds): string {
  if (duration % HOUR === 0) return countedInWords(duration / HOUR, 'hour')
  if (duration % MINUTE === 0) return countedInWords(duration / MINUTE, 'minute')
  return countedInWords(duration, 'second')
}

/** To make one costs far more than to use it, and a page may have a hundred days. */
const formatOf = (options: Intl.DateTimeFormatOptions) =>
  once(() => new Intl.DateTimeFormat('en-GB', { ...options, timeZone: 'UTC' }))

const NUMBER = once(() => new Intl.NumberFormat('en-GB'))
const LONG_DAY = formatOf({ day: 'numeric', month: 'long', year: 'numeric' })
const SHORT_DAY = formatOf({ day: 'numeric', month: 'short' })
const SHORT_DAY_OF_YEAR = formatOf({ day: 'numeric', month: 'short', year: '2-digit' })

/** `12,345`. */
export function numberInWords(count: number): string {
  return NUMBER().format(count)
}

/** Formats a day in UTC: `6 December 2026`. */
export function dayInWords(at: Seconds): string {
  return LONG_DAY().format(at * 1000)
}

/** A day in UTC for a column: `6 Dec`, or `6 Feb 27` if it is of another year. */
export function shortDay(at: Seconds, now: Seconds): string {
  const [day, today] = [new Date(at * 1000), new Date(now * 1000)]
  const isOfYear = day.getUTCFullYear() === today.getUTCFullYear()
  return (isOfYear ? SHORT_DAY : SHORT_DAY_OF_YEAR)().format(day)
}

/** `2026-12-06 23:59 UTC`. */
export function minuteInUtc(at: Seconds): string {
  return `${isoTime(at).slice(0, 16).replace('T', ' ')} UTC`
}

/** `2026-12-06 23:59:05 UTC`. */
export function secondInUtc(at: Seconds): string {
  return `${isoTime(at).slice(0, 19).replace('T', ' ')} UTC`
}

/** `expires in 9 days`, `expires today`, `expired 3 days ago`. */
export function expiryInWords(expiresAt: Seconds, now: Seconds): string {
  if (expiresAt <= now) return `expired ${relativeTime(expiresAt, now)}`
  const days = daysUntil(expiresAt, now)
  if (days <= 0) return 'expires today'
  return days === 1 ? 'expires tomorrow' : `expires in ${days} days`
}
