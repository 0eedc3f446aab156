import { invalidField } from '../../domain/errors.ts'
import type { Lasting } from '../../domain/lasting.ts'
import { expiryOn } from '../../domain/secret.ts'
import { isoTime, type Seconds } from '../../domain/time.ts'
import type { ClientEvent } from './change-client.ts'

/** The part of a new credential that is the same for every kind that does not have to end. */
export type NewCredential = {
  label?: string | undefined
  /** The last day (UTC); left out, it does not expire. */
  expiresOn?: string | undefined
  remind?: boolean | undefined
}

export function lastingFrom(
  { label = '', expiresOn, remind = true }: NewCredential,
  createdBy: string,
  now: Seconds,
): Omit<Lasting, 'verifier'> {
  return {
    label,
    createdAt: now,
    createdBy,
    expiresAt: expiresOn === undefined ? null : endOn(expiresOn, now),
    lastUsedAt: null,
    remind,
    remindedAt: null,
    reminderError: null,
  }
}

function endOn(date: string, now: Seconds): Seconds {
  const expiresAt = expiryOn(date, now)
  if (typeof expiresAt === 'string') throw invalidField('expires_on', expiresAt)
  return expiresAt
}

/** How the audit log tells of it: these fields, and its end. */
export function madeOf(
  fields: Record<string, unknown>,
  { expiresAt }: Pick<Lasting, 'expiresAt'>,
): NonNullable<ClientEvent['changes']> {
  const all = { ...fields, expires_at: expiresAt === null ? null : isoTime(expiresAt) }
  const changes = Object.entries(all).map(([name, to]) => [name, { from: null, to }] as const)
  return Object.fromEntries(changes)
}
