import type { Outcome } from './token-counts.ts'
import type { Seconds } from './time.ts'

/** Waiting and failing work, for operators. */
export type Backlog = {
  denylistEntries: number
  /** How long the oldest entry has waited, by the database's clock. */
  oldestEntryAge: Seconds | null
  reminders: number
  remindersGivenUp: number
  remindersUncertain: number
  lastMailError: string | null
  /** Since when the longest-failing reminder has been failing. */
  remindersFailingSince: Seconds | null
  /** Clients that need a person's decision; the count stops at a thousand. */
  heldClients: number
  heldSince: Seconds | null
  /** Token requests refused today, by reason. */
  refusedToday: Record<Outcome, number>
  /** Suspended clients that tried today, the most frequent first. */
  suspendedTrying: { clientId: string; count: number }[]
  newestEventAt: Seconds | null
  /** Events that the receiver of events has not got yet; 0 before delivery has begun. */
  eventsPending: number
  oldestEventPendingAt: Seconds | null
  /** When the oldest signing key still stored was created. */
  firstKeyAt: Seconds | null
  /** The database's current time. */
  databaseClock: Seconds
  databaseBytes: number | null
}

export interface HealthProbes {
  /** The migrations that the code needs and the database lacks. */
  missingMigrations(now: Seconds): Promise<string[]>
  denylist(): Promise<void>
  backlog(now: Seconds): Promise<Backlog>
}
