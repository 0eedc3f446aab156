import type { Seconds } from '../../domain/time.ts'

/** The expiry, in the database, of what never expires: it sorts and compares like any other. */
export const NEVER: Seconds = Number.MAX_SAFE_INTEGER

export function orNever(stored: Seconds): Seconds | null {
  return stored === NEVER ? null : stored
}
