import type { Deps } from '../../domain/deps.ts'
import type { AdministratorDeps } from '../administrators/create-administrator.ts'
import type { SigningKeyDeps } from '../keys/change-signing-keys.ts'
import type { QuarantineDeps } from '../edge/quarantine-clients.ts'
import type { ReminderDeps } from './send-reminders.ts'
import type { PublishDeps } from '../edge/publish-denylist.ts'

export type JobDeps = PublishDeps &
  SigningKeyDeps &
  ReminderDeps &
  QuarantineDeps &
  AdministratorDeps &
  Pick<
    Deps,
    | 'clients'
    | 'jobStates'
    | 'searchIndex'
    | 'anchors'
    | 'auditEvents'
    | 'keyUses'
    | 'keyVersions'
    | 'keyTrial'
    | 'logProblem'
    | 'tokenCounts'
    | 'idempotencyRecords'
    | 'closed'
  > & {
    /**
     * The number of statements, edge store operations and mails that this run has actually made.
     */
    spent: () => number
  }

// The portions of one run.
export const ENTRIES_AT_LEAST = 8
export const ROWS_A_RUN = 500
export const ROWS_OF_LISTS = 1000
export const ADMINISTRATORS_A_RUN = 3
export const REMINDER_BOUNDS = { reminders: 100, secrets: 1000 }
