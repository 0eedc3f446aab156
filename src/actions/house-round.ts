import type { Deps } from '../domain/ports.ts'
import type { Chore } from '../domain/upkeep-ports.ts'
import type { Seconds } from '../domain/time.ts'
import type { AdministratorDeps } from './create-administrator.ts'
import type { SigningKeyDeps } from './ensure-signing-key.ts'
import type { HoldDeps } from './hold-clients-ahead.ts'
import type { ReminderDeps } from './send-reminders.ts'
import type { SpreadDeps } from './spread-denylist.ts'

export type HouseDeps = SpreadDeps &
  SigningKeyDeps &
  ReminderDeps &
  HoldDeps &
  AdministratorDeps &
  Pick<
    Deps,
    | 'clients'
    | 'chores'
    | 'anchors'
    | 'auditEvents'
    | 'signingKeyAge'
    | 'tokenCounts'
    | 'idempotencyRecords'
  >

/** One run of the cron: what earlier ones left, and what it notes for the next. */
export type Round = {
  now: Seconds
  chores: Map<string, Chore>
  noted: Map<string, Chore>
  /** What it may still spend. */
  left: number
}

const TAKEN_BACK = 'taken_back'

/** Whether D1 is known to lack what was anchored of it outside. */
export function isTakenBack(chores: Map<string, Chore>): boolean {
  return chores.get(TAKEN_BACK)?.position === true
}

export function noteTakenBack({ now, chores, noted }: Round, is: boolean): void {
  if (is === isTakenBack(chores)) return
  const chore = { ranAt: now, position: is }
  noted.set(TAKEN_BACK, chore)
  chores.set(TAKEN_BACK, chore)
}

// The portions of one run.
export const ENTRIES_A_RUN = 8
export const ROWS_A_RUN = 500
export const ROWS_OF_LISTS = 1000
export const ADMINISTRATORS_A_RUN = 3
export const REMINDER_BOUNDS = { reminders: 100, secrets: 1000 }
