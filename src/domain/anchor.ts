import type { LedgerHead } from './audit.ts'
import { isCount } from './count.ts'
import { CLOCK_SKEW, type Seconds } from './time.ts'

/** Where the audit log ended at a time, kept outside its database. */
export type Anchor = LedgerHead & { at: Seconds }

export type KeptAnchor = Anchor & { key: string }

/** What the newest is kept under. */
export const LATEST_ANCHOR = 'anchor:latest'

/** How an anchor is called in D1, where it is noted that the log lacks it. */
export function markOf({ seq, seal }: LedgerHead): string {
  return `${seq}:${seal}`
}

/**
 * What was signed, if it is an anchor of this log: one of a time that has not come would keep every other
 * from being written, and would be compared with nothing.
 */
export function readAnchor(signed: unknown, log: string, now: Seconds): Anchor | null {
  if (!Array.isArray(signed)) return null
  const [of, seq, seal, at, ...rest] = signed as unknown[]
  if (of !== log || !isCount(seq) || typeof seal !== 'string' || !isCount(at)) return null
  return rest.length > 0 || at > now + CLOCK_SKEW ? null : { seq, seal, at }
}

export function signedPart(log: string, { seq, seal, at }: Anchor): unknown[] {
  return [log, seq, seal, at]
}
