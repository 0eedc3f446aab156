import { JOB_NAMES } from '../../domain/job-names.ts'
import type { JobRun } from '../../domain/job.ts'
import { isDue, MINUTE, type Seconds } from '../../domain/time.ts'
import { OPERATIONS } from './operations.ts'
import { reconciliation } from './reconcile.ts'
import { verification } from './verify-log.ts'

/** The job that indexes clients. */
export const SEARCH = 'search'

const WAITED: Seconds = 3 * MINUTE

/** At least a portion of each job after the mails. */
const FOR_PASSES = 20

/** The jobs after the mails that are a statement each. */
const FOR_STATEMENTS = JOB_NAMES.slice(JOB_NAMES.indexOf('reminders') + 1).filter(
  (name) => OPERATIONS[name] === 1,
).length

/**
 * The budget that a backlog of mails leaves to the passes after them when one has waited or is in
 * progress: in two of five minutes only, because a pass that always fails must not hold up mails
 * either.
 */
export function reserveFor({ now, jobStates, updates }: JobRun): number {
  const waits = [reconciliation, verification].some(({ name, period }) => {
    const last = jobStates.get(name)
    if (!last) return jobStates.has('run')
    return last.position !== null || isDue(last.ranAt, period + WAITED, now)
  })
  if (waits && Math.floor(now / MINUTE) % 5 < 2) return FOR_PASSES
  // It usually used the budget that mails left over.
  return updates.get(SEARCH)?.position ? FOR_STATEMENTS : 0
}
