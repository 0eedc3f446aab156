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

/** The newest anchors as KV shows them. */
export type SeenAnchors = {
  latest: KeptAnchor | null
  /** It, and those of the latest changes at the edge. */
  anchors: KeptAnchor[]
  /** Their keys whose value is not an anchor of this server. */
  unreadable: string[]
  /** The last run of the cron while the server was closed; 0 where there was none. */
  beat: Seconds
}

export interface Anchors {
  seen(now: Seconds): Promise<SeenAnchors>
  /** All there are, one of each day among them, newest first. */
  all(now: Seconds): Promise<KeptAnchor[]>
  /** `before`: the newest until now, of the same day perhaps. */
  keep(anchor: Anchor, before: Anchor | null): Promise<void>
  /** Behind a change that cut off what has this id. */
  keepRecent(anchor: Anchor, id: string): Promise<void>
  keepUnder(anchor: Anchor, key: string): Promise<void>
  keepBeat(beat: Seconds): Promise<void>
}
