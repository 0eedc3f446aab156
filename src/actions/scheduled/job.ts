import type { Deps } from '../../domain/deps.ts'
import type { JobName } from '../../domain/job-names.ts'
import type { JobRun } from '../../domain/job.ts'
import type { AdministratorDeps } from '../administrators/create-administrator.ts'
import type { PublishDeps } from '../edge/publish-denylist.ts'
import type { QuarantineDeps } from '../edge/quarantine-clients.ts'
import type { SigningKeyDeps } from '../keys/change-signing-keys.ts'

export type JobDeps = PublishDeps &
  SigningKeyDeps &
  QuarantineDeps &
  AdministratorDeps &
  Pick<
    Deps,
    | 'anchors'
    | 'auditEvents'
    | 'auditTree'
    | 'checkpointCopies'
    | 'checkpointMail'
    | 'clients'
    | 'closed'
    | 'dueNotices'
    | 'eventsWebhook'
    | 'hashedRows'
    | 'idempotencyRecords'
    | 'issuer'
    | 'issuers'
    | 'jobStates'
    | 'keySets'
    | 'keyTrial'
    | 'keyUses'
    | 'keyVersions'
    | 'logProblem'
    | 'mailer'
    | 'reminderDays'
    | 'reminders'
    | 'outboundUrlProblem'
    | 'remoteKeys'
    | 'searchIndex'
    | 'statusListBase'
    | 'statusLists'
    | 'securityEvents'
    | 'tokenCounts'
    | 'treeKeys'
    | 'treeOrigin'
    | 'unusedSecretDays'
    | 'unusedSecrets'
    | 'verifiers'
  >

/** One thing that the cron does in each run. */
export type Job = {
  name: JobName
  /**
   * The most operations that its first portion makes: it waits for a later run if less is left of
   * the budget. Further portions ask the budget themselves.
   */
  operations: number
  /** Whether there is something to do; left out if only looking tells. */
  isDue?: (run: JobRun) => boolean
  run: (deps: JobDeps, run: JobRun) => Promise<unknown>
}
