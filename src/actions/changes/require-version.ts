import { Refusal } from '../../domain/errors.ts'

/**
 * Refuses a change of what was read at another version (RFC 9110 §13.1.1); without `expected` none is asked for.
 * @throws Refusal `stale`
 */
export function requireVersion(version: number, expected: number[] | undefined): void {
  if (expected === undefined || expected.includes(version)) return
  throw new Refusal('stale', 'It has changed since it was read: read it again, then change it.')
}
