import type { Seconds } from '../../domain/time.ts'

/**
 * The stored expiry of a credential that does not expire: 9999-12-31T23:59:59Z. It sorts and compares
 * like any other, and is a date that an older server version, which takes it for a secret's, can show.
 */
export const NEVER: Seconds = 253_402_300_799

export function orNever(stored: Seconds): Seconds | null {
  return stored === NEVER ? null : stored
}
