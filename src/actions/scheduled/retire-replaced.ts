import type { JobRun } from '../../domain/job.ts'
import { retireReplaced } from '../rotation/retire-replaced.ts'
import type { Job, JobDeps } from './job.ts'
import { OPERATIONS } from './operations.ts'

const CLIENTS_A_RUN = 10

/** The most that a client takes. */
const FOR_ONE = OPERATIONS.retirements - 1

/** So much of the budget is left to the jobs after it, once the first client is done. */
const FOR_OTHERS = 24

export const retirements: Job = {
  name: 'retirements',
  operations: OPERATIONS.retirements,
  isDue: ({ isReplacing = false }) => isReplacing,
  run: retireAll,
}

/** A first use begins a retirement by itself; this finds those whose work after the answer was lost. */
async function retireAll(deps: JobDeps, { budget }: JobRun): Promise<void> {
  const due = await deps.clients.replacing(CLIENTS_A_RUN)
  for (const [i, clientId] of due.entries()) {
    if (i > 0 && budget.left() < FOR_ONE + FOR_OTHERS) return
    await retireReplaced(deps, clientId)
  }
}
