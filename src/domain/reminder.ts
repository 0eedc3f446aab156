import type { CredentialKind } from './credential.ts'
import { retryWait } from './retry.ts'
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

const RETRY_MOST: Seconds = 60 * MINUTE
const RETRY_GIVEN_UP: Seconds = 6 * 60 * MINUTE

/** How long to wait after a failed attempt; grows with each one. */
export function retryIn(attempts: number, failingFor: Seconds): Seconds {
  if (failingFor >= GIVEN_UP_AFTER) return RETRY_GIVEN_UP
  return retryWait(Math.max(attempts - 1, 0), RETRY_MOST)
}
