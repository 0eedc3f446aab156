import { endOf, EXPIRY_MONTHS_MAX, latestExpiry, type Secret } from './secret.ts'
import { addMonths, DAY, endOfDay, isoTime, type Seconds, startOfDate } from './time.ts'
import { countedInWords } from './count.ts'

/**
 * The days that a secret gets once after its end, or after its longest life: enough to end an
 * outage, and to replace the secret.
 */
export const GRACE_DAYS = 7

/** Further than this no secret can be extended, whenever it was created: months have 31 days at most. */
export const EXTENSION_DAYS_MAX = EXPIRY_MONTHS_MAX * 31 + GRACE_DAYS

/** New values of a secret; what is left out stays. */
export type SecretPatch = {
  /** The last day on which it works. */
  expiresOn?: string | undefined
  /** When it ends because another took its place; null: it does not. */
  retiresAt?: Seconds | null | undefined
  label?: string | undefined
}

/** A field that is wrong, and why. */
export type Problem = { field: 'expires_on' | 'retires_at'; detail: string }

/** The secret with its new values, or what is wrong with those. */
export function patched(
  secret: Secret,
  patch: SecretPatch,
  now: Seconds,
  daysMax: number | null = null,
): Secret | Problem {
  const named = { ...secret, label: patch.label ?? secret.label }
  const extended =
    patch.expiresOn === undefined ? named : expiringOn(named, patch.expiresOn, now, daysMax)
  if (typeof extended === 'string') return { field: 'expires_on', detail: extended }
  const retiring =
    patch.retiresAt === undefined ? extended : retiringAt(extended, patch.retiresAt, now)
  return typeof retiring === 'string' ? { field: 'retires_at', detail: retiring } : retiring
}

function expiringOn(
  secret: Secret,
  date: string,
  now: Seconds,
  daysMax: number | null,
): Secret | string {
  const start = startOfDate(date)
  if (start === null) return 'must be a date such as 2027-01-31'
  const expiresAt = endOfDay(start)
  if (expiresAt < now) return 'must not be in the past (UTC)'
  if (expiresAt === secret.expiresAt) return secret
  // The rule of a deployment holds for the days of grace, too.
  const last = latestExpiry(secret.createdAt, daysMax)
  if (daysMax !== null && expiresAt > secret.expiresAt && expiresAt > last) {
    return `must be ${dateOf(last)} at the latest: ${countedInWords(daysMax, 'day')} after its creation`
  }
  const grace = graceFor(secret, expiresAt, now)
  if (typeof grace === 'string') return grace
  const retiresAt = secret.retiresAt && Math.min(secret.retiresAt, expiresAt)
  return { ...secret, expiresAt, retiresAt, graceAt: grace ?? secret.graceAt, remindedAt: null }
}

/** When it gets the days of grace, if it needs them; or why it may not last so long. */
function graceFor(secret: Secret, expiresAt: Seconds, now: Seconds): Seconds | null | string {
  if (expiresAt <= secret.expiresAt) return null
  if (secret.graceAt !== null) return 'must not be later: the secret was extended past its end once'
  return secret.expiresAt <= now
    ? graceAfterEnd(secret, expiresAt, now)
    : graceAfterLife(secret, expiresAt, now)
}

function graceAfterEnd(secret: Secret, expiresAt: Seconds, now: Seconds): Seconds | string {
  if (now - secret.expiresAt >= GRACE_DAYS * DAY) {
    return `must stay: the secret expired more than ${GRACE_DAYS} days ago`
  }
  const last = endOfDay(now + GRACE_DAYS * DAY)
  if (expiresAt <= last) return now
  return `must be ${dateOf(last)} at the latest: the secret has expired`
}

function graceAfterLife(secret: Secret, expiresAt: Seconds, now: Seconds): Seconds | null | string {
  const last = endOfDay(addMonths(secret.createdAt, EXPIRY_MONTHS_MAX))
  if (expiresAt <= last) return null
  if (expiresAt <= last + GRACE_DAYS * DAY && isLastDays(last, now)) return now
  return `must be ${dateOf(last)} at the latest: ${EXPIRY_MONTHS_MAX} months after its creation`
}

/** Whether the longest life is so near its end that the days of grace are needed. */
function isLastDays(last: Seconds, now: Seconds): boolean {
  return last - now < GRACE_DAYS * DAY
}

function retiringAt(secret: Secret, retiresAt: Seconds | null, now: Seconds): Secret | string {
  if (retiresAt !== null && retiresAt <= now) return 'must be in the future'
  if (retiresAt !== null && retiresAt > secret.expiresAt) {
    return `must not be after its expiry, ${isoTime(secret.expiresAt)}`
  }
  return { ...secret, retiresAt }
}

/** Extends a secret by some days: its retirement if it is being retired, otherwise its expiry. */
export function extensionBy(
  days: number,
  { retiresAt, expiresAt }: Pick<Secret, 'retiresAt' | 'expiresAt'>,
  now: Seconds,
): SecretPatch {
  if (retiresAt !== null) return { retiresAt: Math.min(retiresAt + days * DAY, expiresAt) }
  return { expiresOn: dateOf(Math.max(expiresAt, now) + days * DAY) }
}

function dateOf(at: Seconds): string {
  return isoTime(at).slice(0, 10)
}

/** Whether it may be extended by so many days now. */
export function canExtendBy(
  days: number,
  secret: Secret,
  now: Seconds,
  daysMax: number | null = null,
): boolean {
  const after = patched(secret, extensionBy(days, secret, now), now, daysMax)
  return !('field' in after) && endOf(after) > endOf(secret)
}
