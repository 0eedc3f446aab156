import { addMonths, DAY, daysUntil, endOfDay, type Seconds, startOfDate } from './time.ts'
import { countedInWords } from './count.ts'

/** How a secret is recognised: by a keyed hash, never by the secret itself. */
export type Verifier = { keyId: string; digest: string; pepperVersion: string }

export type Secret = {
  secretId: string
  hint: string
  /** Its name for people; may be empty. */
  label: string
  verifier: Verifier
  createdAt: Seconds
  /** Null for those made before it was kept. */
  createdBy: string | null
  expiresAt: Seconds
  /** When a secret that is being retired ends; never after `expiresAt`. */
  retiresAt: Seconds | null
  lastUsedAt: Seconds | null
  /** Null before the first use, and for those whose first use was before it was kept. */
  firstUsedAt: Seconds | null
  /**
   * How long the secrets before it still work once it is used for the first time; null where they
   * wait for nothing, or no longer.
   */
  retireOthersIn: Seconds | null
  /** When it got the days that a secret gets once after its end; null if it did not. */
  graceAt: Seconds | null
  remind: boolean
  remindedAt: Seconds | null
  /** Why the last reminder was not sent, or may not have been; null if nothing went wrong. */
  reminderError: string | null
}

export const LIVE_SECRETS_MAX = 5
export const DEFAULT_EXPIRY_DAYS = 90
export const EXPIRY_MONTHS_MAX = 24
export const RETIREMENT_MAX: Seconds = 604_800
export const OVERLAP_MAX: Seconds = DAY

type Term = Pick<Secret, 'createdAt' | 'expiresAt' | 'retiresAt'>

export function endOf(secret: Term): Seconds {
  return secret.retiresAt ?? secret.expiresAt
}

/** Whether the secret works at `now`: from its creation until just before its end. */
export function isLive(secret: Term, now: Seconds): boolean {
  return secret.createdAt <= now && now < endOf(secret)
}

/** A retired secret that has ended is treated as deleted. */
export function hasVanished(secret: Pick<Term, 'retiresAt'>, now: Seconds): boolean {
  return secret.retiresAt !== null && secret.retiresAt <= now
}

export function isRetiring(secret: Term): boolean {
  return secret.retiresAt !== null
}

export function defaultExpiry(now: Seconds, days = DEFAULT_EXPIRY_DAYS): Seconds {
  return endOfDay(now + days * DAY)
}

/**
 * The end of the given date, or an explanation of what is wrong with it. `daysMax`: the most days
 * that a deployment allows; null for as many as there may be at all.
 */
export function expiryOn(
  date: string,
  now: Seconds,
  daysMax: number | null = null,
): Seconds | string {
  const start = startOfDate(date)
  if (start === null) return 'must be a date such as 2027-01-31'
  const expiry = endOfDay(start)
  if (expiry < now) return 'must not be in the past (UTC)'
  if (daysMax !== null && expiry > latestExpiry(now, daysMax)) {
    return `must be at most ${countedInWords(daysMax, 'day')} from today (UTC), as this server demands`
  }
  if (expiry > latestExpiry(now)) {
    return `must be at most ${EXPIRY_MONTHS_MAX} months from today (UTC)`
  }
  return expiry
}

/** The latest end of a secret created at `from`. */
export function latestExpiry(from: Seconds, daysMax: number | null = null): Seconds {
  const latest = endOfDay(addMonths(from, EXPIRY_MONTHS_MAX))
  return daysMax === null ? latest : Math.min(latest, endOfDay(from + daysMax * DAY))
}

/** The expiry of a secret created now: as many days as the other was given, up to the maximum. */
export function expiryLike(other: Term, now: Seconds, daysMax: number | null = null): Seconds {
  const days = daysUntil(other.expiresAt, other.createdAt)
  return Math.min(endOfDay(now + days * DAY), latestExpiry(now, daysMax))
}

/** The secret, ending `seconds` from now, or at its own end if that is sooner. */
export function retire(secret: Secret, now: Seconds, seconds: Seconds): Secret {
  return { ...secret, retiresAt: Math.min(now + seconds, endOf(secret)) }
}

export interface SecretVerifiers {
  make(keyId: string, secret: string): Promise<Verifier>
  /** Keeps the hash that another server made, until the secret itself is presented. */
  keep(keyId: string, hash: string): Promise<Verifier>
  /**
   * Whether the secret matches the verifier. For null, the same work is done, so that the timing is
   * equal.
   */
  matches(secret: string, verifier: Verifier | null): Promise<boolean>
  /** Whether it is to be made anew once the secret is known to be right. */
  isOutdated(verifier: Verifier): boolean
}
