import type { LedgerHead } from './audit.ts'
import { isCount } from './count.ts'
import { CLOCK_SKEW, type Seconds } from './time.ts'

/** Where the audit log ended at a given time, kept outside its database. */
export type Anchor = LedgerHead & { at: Seconds }

export type KeptAnchor = Anchor & { key: string }

/** The key of the newest anchor. */
export const LATEST_ANCHOR = 'anchor:latest'

/** Identifies an anchor in the database, where it is recorded that the log lacks it. */
export function markOf({ seq, seal }: LedgerHead): string {
  return `${seq}:${seal}`
}

/**
 * Returns the signed value if it is an anchor of this log. An anchor from the future is rejected:
 * it would keep every other from being written, and would never be compared.
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

/** The newest anchors, as the edge store shows them. */
export type SeenAnchors = {
  latest: KeptAnchor | null
  /** The newest one, and those of the latest changes at the edge. */
  anchors: KeptAnchor[]
  /** Keys whose value is not an anchor of this server. */
  unreadable: string[]
  /** The last run of the cron while the server was closed; 0 if there was none. */
  beat: Seconds
}

export interface Anchors {
  seen(now: Seconds): Promise<SeenAnchors>
  /** All anchors, at least one of each day, newest first. */
  all(now: Seconds): Promise<KeptAnchor[]>
  /** `before`: the newest anchor so far, possibly of the same day. */
  keep(anchor: Anchor, before: Anchor | null): Promise<void>
  /** Called after a change that cut off the subject with this id. */
  keepRecent(anchor: Anchor, id: string): Promise<void>
  keepUnder(anchor: Anchor, key: string): Promise<void>
  keepBeat(beat: Seconds): Promise<void>
}
