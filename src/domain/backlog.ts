import type { Outcome } from './token-counts.ts'
import type { Seconds } from './time.ts'

/** Work that waits and work that fails, for those who look after the server. */
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
