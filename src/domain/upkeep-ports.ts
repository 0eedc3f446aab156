import type { Anchor, KeptAnchor } from './anchor.ts'
import type { Seconds } from './time.ts'
import type { Outcome } from './token-counts.ts'

/** What KV shows of the newest anchors. */
export type SeenAnchors = {
  latest: KeptAnchor | null
  /** It, and those of the latest changes at the edge. */
  anchors: KeptAnchor[]
  /** What is kept under them and is no anchor of this server. */
  unreadable: string[]
  /** The last run of the cron while the server was closed; 0 where there was none. */
  beat: Seconds
}

export interface SearchIndex {
  /** Brings it up to date for so many clients at most; how many. */
  file(limit: number): Promise<number>
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

/** What waits, and what goes wrong, for whoever looks after the server. */
export type Backlog = {
  denylistEntries: number
  /** How long the oldest of them has waited, by the database's clock. */
  oldestEntryAge: Seconds | null
  reminders: number
  remindersGivenUp: number
  remindersUncertain: number
  lastMailError: string | null
  /** Since when the reminder that has failed the longest has. */
  remindersFailingSince: Seconds | null
  /** Clients that a person has to decide on: a thousand are counted at most. */
  heldClients: number
  heldSince: Seconds | null
  /** Token requests that were refused today, by reason. */
  refusedToday: Record<Outcome, number>
  /** Suspended clients that tried today, who tried most first. */
  suspendedTrying: { clientId: string; count: number }[]
  newestEventAt: Seconds | null
  /** When the first of the signing keys that there are was made. */
  firstKeyAt: Seconds | null
  /** The database's own time. */
  databaseClock: Seconds
  databaseBytes: number | null
}

export interface HealthProbes {
  /** The migrations that D1 lacks and the code needs. */
  missingMigrations(now: Seconds): Promise<string[]>
  kv(): Promise<void>
  backlog(now: Seconds): Promise<Backlog>
}
