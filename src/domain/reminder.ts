import { type Client, visibleSecrets } from './client.ts'
import type { CredentialKind } from './credential.ts'
import type { Lasting } from './lasting.ts'
import type { Secret } from './secret.ts'
import { DAY, MINUTE, type Seconds } from './time.ts'

/** The content of a mail about a credential that will expire. */
export type Reminder = {
  clientId: string
  clientName: string
  kind: CredentialKind
  credentialId: string
  /** By what a person recognises it: the end of a secret, the label of any other. */
  hint: string
  expiresAt: Seconds
  lastUsedAt: Seconds | null
}

/** How many days before a credential ends administrators are reminded, unless configured otherwise. */
export const REMINDER_DAYS = 14

/** After a day of failures a reminder counts as given up: it is shown, and retried rarely. */
export const GIVEN_UP_AFTER: Seconds = DAY

const RETRY_FIRST: Seconds = MINUTE
const RETRY_MOST: Seconds = 60 * MINUTE
const RETRY_GIVEN_UP: Seconds = 6 * 60 * MINUTE

type Reminded = Pick<Client, 'secrets' | 'suspension'>

/**
 * The secret of which administrators are to be reminded now: the newest, if its client wants
 * reminders and the end is near. Never for a suspended client, and never after the end.
 */
export function secretToRemindOf(client: Reminded, now: Seconds, lead: Seconds): Secret | null {
  const newest = visibleSecrets(client, now).at(-1)
  if (!newest?.remind || client.suspension || newest.retiresAt !== null) return null
  return now < newest.expiresAt && newest.expiresAt - now <= lead ? newest : null
}

/** The same of a list of public keys, rules or certificates: a newer one is taken to replace those before it. */
export function newestToRemindOf<T extends Pick<Lasting, 'remind' | 'expiresAt'>>(
  lasting: T[],
  { suspension }: Pick<Client, 'suspension'>,
  now: Seconds,
  lead: Seconds,
): T | null {
  const newest = lasting.at(-1)
  if (!newest?.remind || suspension || newest.expiresAt === null) return null
  return now < newest.expiresAt && newest.expiresAt - now <= lead ? newest : null
}

/** How long to wait after a failed attempt; grows with each one. */
export function retryIn(attempts: number, failingFor: Seconds): Seconds {
  if (failingFor >= GIVEN_UP_AFTER) return RETRY_GIVEN_UP
  return Math.min(RETRY_MOST, RETRY_FIRST * 2 ** Math.max(attempts - 1, 0))
}
