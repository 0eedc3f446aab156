import { readAddresses } from './administrator.ts'
import { WrongSetting } from './setting.ts'
import { DAY, type Seconds, startOfDay } from './time.ts'

/** The thresholds in days before the end of a credential, unless configured otherwise. */
export const REMINDER_DAYS = [14]

const DAYS_MAX = 365
const THRESHOLDS_MAX = 10

/** For so long after the end people are still told of it, if the cron did not run before. */
export const EXPIRED_FOR: Seconds = 7 * DAY

/** A threshold and the latest end that has come to it. */
export type Threshold = [days: number, latestEnd: Seconds]

/**
 * Reads thresholds: `30,14,7,1,0`, a number, or a list; the greatest comes first.
 * @throws WrongSetting
 */
export function readReminderDays(
  as: string,
  given: string | number | readonly number[] = REMINDER_DAYS,
): number[] {
  const parts = typeof given === 'object' ? given : String(given).split(',')
  const days = parts.map((part) => (String(part).trim() === '' ? NaN : Number(part)))
  const isRight = days.every((day) => Number.isInteger(day) && day >= 0 && day <= DAYS_MAX)
  if (isRight && days.length > 0 && days.length <= THRESHOLDS_MAX) {
    return [...new Set(days)].sort((a, b) => b - a)
  }
  const what = `whole numbers of days from 0 to ${DAYS_MAX}, such as 30,14,7,1,0`
  throw new WrongSetting('REMINDER_DAYS', `${as} must be 1 to ${THRESHOLDS_MAX} ${what}`)
}

const RECIPIENTS_MAX = 20

/** @throws WrongSetting */
export function readReminderRecipients(text = ''): string[] {
  const name = 'REMINDER_RECIPIENTS'
  const addresses = readAddresses(text, name)
  if (addresses.length <= RECIPIENTS_MAX) return addresses
  throw new WrongSetting(name, `${name} must be at most ${RECIPIENTS_MAX} addresses`)
}

/**
 * Each threshold with the latest end that has come to it. Days are counted as a calendar counts them
 * (UTC), so that a credential that ends tomorrow has one day left from the first second of today. The
 * threshold 0 is the day after the end.
 */
export function thresholdsAt(now: Seconds, days: number[]): Threshold[] {
  const today = startOfDay(now)
  return days.map((day) => [day, today + (day === 0 ? 0 : day + 1) * DAY - 1])
}

/** The threshold that was passed last, as long as something is to be said of it; null if none. */
export function thresholdDue(expiresAt: Seconds, now: Seconds, days: number[]): number | null {
  const passed = thresholdsAt(now, days).filter(([, latest]) => expiresAt <= latest)
  if (passed.length === 0) return null
  const due = Math.min(...passed.map(([day]) => day))
  const until = due === 0 ? expiresAt + EXPIRED_FOR : expiresAt
  return now < until ? due : null
}

/** `30, 14 and 1 days before a secret expires and once it has expired`. */
export function thresholdsInWords(days: number[], any: string): string {
  const before = days.filter((day) => day > 0)
  if (before.length === 0) return `once ${any} has expired`
  const last = before.at(-1)
  const list = before.length === 1 ? `${last}` : `${before.slice(0, -1).join(', ')} and ${last}`
  const when = `${list} ${list === '1' ? 'day' : 'days'} before ${any} expires`
  return days.includes(0) ? `${when}, and once it has expired` : when
}
