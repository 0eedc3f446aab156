import type { JobRun } from '../../domain/job.ts'
import type { Job, JobDeps } from './job.ts'
import { OPERATIONS } from './operations.ts'

const ROWS = 1000
const PORTIONS_MAX = 8

/** At least a portion of each job after it. */
const FOR_OTHERS = 18

export const lists: Job = { name: 'lists', operations: OPERATIONS.lists, run: settleLists }

/**
 * Secrets end at midnight, all at once: uses as many portions as leave room for the later jobs.
 */
async function settleLists({ clients }: JobDeps, { now, budget }: JobRun): Promise<void> {
  for (let portion = 1; ; portion++) {
    const settled = await clients.settle(now, ROWS)
    const isEnough = portion >= PORTIONS_MAX || budget.left() <= FOR_OTHERS
    if (settled < ROWS || isEnough) return
  }
}
