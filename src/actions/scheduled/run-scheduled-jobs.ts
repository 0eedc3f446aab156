import { budgetOf } from '../../domain/budget.ts'
import type { JobRun } from '../../domain/job.ts'
import { FAILING, failingSince, logProblems, type ProblemDeps } from '../health/log-problems.ts'
import type { JobDeps } from './job.ts'
import { JOBS } from './jobs.ts'
import { OPERATIONS } from './operations.ts'
import { mendTimes, soberClock } from './sober-clock.ts'

/** `operationsMade`: counted where they are made, whatever made them. */
export type RunDeps = JobDeps & ProblemDeps & { operationsMade: () => number }

/** The smallest hosting plan allows so many operations per invocation. */
const ALLOWANCE = 50

/**
 * The cron's work of each minute, in bounded portions: the rest is left to a later run. The
 * validity of secrets and tokens never depends on it.
 */
export async function runScheduledJobs(given: RunDeps): Promise<void> {
  const { jobStates, clock, isReplacing } = await given.jobStates.begin()
  const deps = { ...given, now: soberClock(given, clock) }
  const now = deps.now()
  await mendTimes(deps, jobStates.get('run'), now)
  const budget = budgetOf(ALLOWANCE - OPERATIONS.recording, deps.operationsMade)
  const run: JobRun = { now, isReplacing, jobStates, updates: new Map(), budget }
  const failed = await runJobs(deps, run)
  run.updates.set('run', { ranAt: now, position: failed })
  run.updates.set(FAILING, { ranAt: now, position: failingSince(jobStates, failed, now) })
  await deps.jobStates.note(run.updates)
  await logProblems(deps, new Map([...jobStates, ...run.updates]), now)
  if (failed.length > 0) throw new Error(`The cron failed at ${failed.join(', ')}`)
}

/** A failing job must not affect the others: it is logged, and they still run. */
async function runJobs(deps: JobDeps, run: JobRun): Promise<string[]> {
  const failed: string[] = []
  for (const job of JOBS) {
    if (job.isDue?.(run) === false || run.budget.left() < job.operations) continue
    try {
      await job.run(deps, run)
    } catch (error) {
      deps.logProblem(error, job.name)
      failed.push(job.name)
    }
  }
  return failed
}
