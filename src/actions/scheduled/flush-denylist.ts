import type { JobRun } from '../../domain/job.ts'
import { MINUTE } from '../../domain/time.ts'
import { FLUSH_OPERATIONS, flushOutbox } from '../edge/flush-outbox.ts'
import type { Job } from './job.ts'
import { ENTRIES_AT_LEAST, OPERATIONS } from './operations.ts'

/** Writes the denylist entries that are due. */
export const denylist: Job = {
  name: 'denylist',
  operations: OPERATIONS.denylist,
  run: (deps, run) => flushOutbox(deps, entriesFor(run)),
}

/**
 * The whole remaining budget, except in one minute of four, in which a long backlog leaves room for
 * the other jobs.
 */
function entriesFor({ now, budget }: JobRun): number {
  const isTheirs = Math.floor(now / MINUTE) % 4 === 3
  return isTheirs ? ENTRIES_AT_LEAST : budget.left() - FLUSH_OPERATIONS
}
