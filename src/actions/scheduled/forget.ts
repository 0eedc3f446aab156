import type { JobName } from '../../domain/job-names.ts'
import type { Seconds } from '../../domain/time.ts'
import type { Job, JobDeps } from './job.ts'
import { OPERATIONS } from './operations.ts'

const ROWS_A_RUN = 500

/** A job that deletes rows whose time is over. */
export function forgetting(
  name: JobName,
  forget: (deps: JobDeps, now: Seconds, rows: number) => Promise<unknown>,
  rows = ROWS_A_RUN,
): Job {
  return {
    name,
    operations: OPERATIONS[name],
    run: (deps, { now }) => forget(deps, now, rows),
  }
}
