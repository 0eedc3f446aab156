import { daysUntil, isoTime, type Seconds } from '../../domain/time.ts'

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const MONTHS =
  'January February March April May June July August September October November December'.split(' ')

/** `Sunday, 6 December 2026, 23:59:59 UTC`: by hand, as Intl's commas differ between engines. */
export function dateInWords(at: Seconds): string {
  const date = new Date(at * 1000)
  const weekday = WEEKDAYS[date.getUTCDay()]
  const month = MONTHS[date.getUTCMonth()]
  const time = isoTime(at).slice(-9, -1)
  return `${weekday}, ${date.getUTCDate()} ${month} ${date.getUTCFullYear()}, ${time} UTC`
}

/** How far the end is. Secrets end with a day (UTC), so that a last day is today. */
export function remainingInWords(end: Seconds, now: Seconds): string {
  const days = daysUntil(end, now)
  if (days <= 0) return 'today'
  return days === 1 ? 'tomorrow' : `in ${days} days`
}
