import { Refusal } from '../../domain/errors.ts'

/**
 * Refuses a change that was based on another version (RFC 9110 §13.1.1); without `expected`, any
 * version is accepted.
 * @throws Refusal `stale`
 */
export function requireVersion(version: number, expected: number[] | undefined): void {
  if (expected === undefined || expected.includes(version)) return
  throw new Refusal('stale', 'It has changed since it was read: read it again, then change it.')
}
