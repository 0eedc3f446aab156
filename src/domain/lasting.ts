import type { Verifier } from './secret.ts'
import type { Seconds } from './time.ts'

/** The part of a credential that is the same for every kind that does not have to end: all but secrets. */
export type Lasting = {
  label: string
  /** A keyed hash: write access to the database is not enough to add a credential. */
  verifier: Verifier
  createdAt: Seconds
  createdBy: string
  /** Null: never. */
  expiresAt: Seconds | null
  lastUsedAt: Seconds | null
  remind: boolean
  remindedAt: Seconds | null
  /** Why the last reminder was not sent, or may not have been; null if nothing went wrong. */
  reminderError: string | null
}

/** Whether it works at `now`; one just made may be ahead of a slow clock, and works. */
export function isUnexpired({ expiresAt }: Pick<Lasting, 'expiresAt'>, now: Seconds): boolean {
  return expiresAt === null || now < expiresAt
}
