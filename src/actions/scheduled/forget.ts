import type { Seconds } from '../../domain/time.ts'
import type { Job, JobDeps } from './job.ts'
import { OPERATIONS } from './operations.ts'

const ROWS_A_RUN = 500

type Name =
  | 'revoked_tokens'
  | 'used_assertions'
  | 'old_reminders'
  | 'old_token_counts'
  | 'old_idempotency'

/** A job that deletes rows whose time is over. */
export function forgetting(
  name: Name,
  forget: (deps: JobDeps, now: Seconds, rows: number) => Promise<unknown>,
  rows = ROWS_A_RUN,
): Job {
  return {
    name,
    operations: OPERATIONS[name],
    run: (deps, { now }) => forget(deps, now, rows),
  }
}
