import type { LedgerHead } from './audit.ts'
import type { Seconds } from './time.ts'

/** What the cron did last, and how far it got with what takes several runs. */
export type Chore = { ranAt: Seconds; position: unknown }

export interface Chores {
  all(): Promise<Map<string, Chore>>
  note(chores: Map<string, Chore>): Promise<void>
}

/** Where the audit log ended at a time, kept outside its database. */
export type Anchor = LedgerHead & { at: Seconds }

export type KeptAnchor = Anchor & { key: string }

export interface Anchors {
  /** The newest; null where none was ever kept. */
  latest(): Promise<Anchor | null>
  /** One a day, newest first, each with what it is kept under. */
  all(): Promise<KeptAnchor[]>
  /** `before`: the newest until now, of the same day perhaps. */
  keep(anchor: Anchor, before: Anchor | null): Promise<void>
  drop(keys: string[]): Promise<void>
}

/** What waits, and what goes wrong, for whoever looks after the server. */
export type Backlog = {
  denylistEntries: number
  reminders: number
  remindersGivenUp: number
  remindersUncertain: number
  lastMailError: string | null
}

export interface HealthProbes {
  /** The migrations that D1 lacks and the code needs. */
  missingMigrations(now: Seconds): Promise<string[]>
  kv(): Promise<void>
  backlog(now: Seconds): Promise<Backlog>
}
