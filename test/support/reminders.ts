import { type Client, visibleSecrets } from '../../src/domain/client.ts'
import type { Lasting } from '../../src/domain/lasting.ts'
import { thresholdDue } from '../../src/domain/reminder-days.ts'
import type { Secret } from '../../src/domain/secret.ts'
import type { Seconds } from '../../src/domain/time.ts'

// Reminders in words of the domain, with which the statements of storage are compared.

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
