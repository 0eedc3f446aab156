import { type Client, visibleSecrets } from './client.ts'
import type { CredentialKind } from './credential.ts'
import type { Lasting } from './lasting.ts'
import { thresholdDue } from './reminder-days.ts'
import type { Secret } from './secret.ts'
import { DAY, MINUTE, type Seconds } from './time.ts'

/** The content of a mail about a credential that will expire, has expired, or is not used. */
export type Reminder = {
  clientId: string
  clientName: string
  description: string
  kind: CredentialKind
  credentialId: string
  /** By what a person recognises it: the end of a secret, the label of any other. */
  hint: string
  createdAt: Seconds
  expiresAt: Seconds
  lastUsedAt: Seconds | null
  /** The threshold; `UNUSED`: it is about no end; null: an earlier release planned it. */
  days: number | null
}

/** In place of a threshold: the notice that a secret is not used. */
export const UNUSED = -1

/** The thresholds, and the addresses besides those of administrators and contacts. */
export type ReminderRules = { days: number[]; recipients: string[] }

/** By what a reminder is stored. */
export function reminderKey({ credentialId, days }: Reminder): string {
  return days === UNUSED ? `unused:${credentialId}` : credentialId
}

/** After a day of failures a reminder counts as given up: it is shown, and retried rarely. */
export const GIVEN_UP_AFTER: Seconds = DAY

const RETRY_FIRST: Seconds = MINUTE
const RETRY_MOST: Seconds = 60 * MINUTE
const RETRY_GIVEN_UP: Seconds = 6 * 60 * MINUTE

type Reminded = Pick<Client, 'secrets' | 'suspension'>

/**
 * The secret of which people are to be reminded now: the newest, if its client wants reminders and a
 * threshold has come. Never for a suspended client.
 */
export function secretToRemindOf(client: Reminded, now: Seconds, days: number[]): Secret | null {
  const newest = visibleSecrets(client, now).at(-1)
  if (!newest?.remind || client.suspension || newest.retiresAt !== null) return null
  return thresholdDue(newest.expiresAt, now, days) === null ? null : newest
}

/** The same of a list of public keys, rules or certificates: a newer one is taken to replace those before it. */
export function newestToRemindOf<T extends Pick<Lasting, 'remind' | 'expiresAt'>>(
  lasting: T[],
  { suspension }: Pick<Client, 'suspension'>,
  now: Seconds,
  days: number[],
): T | null {
  const newest = lasting.at(-1)
  if (!newest?.remind || suspension || newest.expiresAt === null) return null
  return thresholdDue(newest.expiresAt, now, days) === null ? null : newest
}

/** How long to wait after a failed attempt; grows with each one. */
export function retryIn(attempts: number, failingFor: Seconds): Seconds {
  if (failingFor >= GIVEN_UP_AFTER) return RETRY_GIVEN_UP
  return Math.min(RETRY_MOST, RETRY_FIRST * 2 ** Math.max(attempts - 1, 0))
}
