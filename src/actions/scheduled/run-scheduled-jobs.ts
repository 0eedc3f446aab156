import { budgetOf } from '../../domain/budget.ts'
import type { Deps } from '../../domain/deps.ts'
import type { JobRun } from '../../domain/job.ts'
import {
  FAILING,
  failingSince,
  findRunProblems,
  logProblems,
  PROBLEMS_SINCE,
  type ProblemDeps,
  problemsSince,
} from '../health/log-problems.ts'
import type { Job, JobDeps } from './job.ts'
import { JOBS } from './jobs.ts'
import { OPERATIONS } from './operations.ts'
import { mendTimes, soberClock } from './sober-clock.ts'
import { type GatesOfRun, gatesOfRun } from './tell-gates.ts'

/** `operationsMade`: counted where they are made, whatever made them. */
export type RunDeps = JobDeps & ProblemDeps & MeasuringDeps & { operationsMade: () => number }

type MeasuringDeps = Pick<Deps, 'metrics'>

/** The smallest hosting plan allows so many operations per invocation. */
const ALLOWANCE = 50

/**
 * The cron's work of each minute, in bounded portions: the rest is left to a later run. The
 * validity of secrets and tokens never depends on it.
 */
export async function runScheduledJobs(given: RunDeps): Promise<void> {
  const { jobStates, clock, ...seen } = await given.jobStates.begin()
  const told = gatesOfRun(given.gates)
  const deps = { ...given, gates: told.gates, now: soberClock(given, clock) }
  const now = deps.now()
  await mendTimes(deps, jobStates.get('run'), now)
  const budget = budgetOf(ALLOWANCE - OPERATIONS.recording, deps.operationsMade)
  const run: JobRun = { now, ...seen, jobStates, updates: new Map(), budget }
  const began = deps.metrics?.clock() ?? 0
  const failed = await runJobs(deps, run, told)
  run.updates.set('run', { ranAt: now, position: failed })
  run.updates.set(FAILING, { ranAt: now, position: failingSince(jobStates, failed, now) })
  const found = await findRunProblems(deps, new Map([...jobStates, ...run.updates]), now)
  if (found) run.updates.set(PROBLEMS_SINCE, problemsSince(jobStates, found.problems, now))
  await deps.jobStates.note(run.updates)
  if (found) logProblems(deps, found.problems, now)
  const ms = deps.metrics ? deps.metrics.clock() - began : 0
  deps.metrics?.write({
    kind: 'run',
    name: 'cron',
    outcome: failed.length > 0 ? 'failed' : 'done',
    failures: failed.length,
    ms,
    ...found?.pending,
  })
  if (failed.length > 0) throw new Error(`The cron failed at ${failed.join(', ')}`)
}

/** A failing job must not affect the others: it is logged, and they still run. */
async function runJobs(
  deps: JobDeps & MeasuringDeps,
  run: JobRun,
  { tell }: GatesOfRun,
): Promise<string[]> {
  const failed: string[] = []
  for (const job of JOBS) {
    if (job.isDue?.(run) === false) continue
    if (run.budget.left() < job.operations) {
      deps.metrics?.write({ kind: 'job', name: job.name, outcome: 'waited' })
      continue
    }
    if (!(await succeeds(job, deps, run))) failed.push(job.name)
    await tell(run.budget.left())
  }
  return failed
}

async function succeeds(job: Job, deps: JobDeps & MeasuringDeps, run: JobRun): Promise<boolean> {
  const began = deps.metrics?.clock() ?? 0
  const measure = (outcome: 'done' | 'failed') => {
    if (!deps.metrics) return
    const ms = deps.metrics.clock() - began
    deps.metrics.write({ kind: 'job', name: job.name, outcome, ms })
  }
  try {
    await job.run(deps, run)
    measure('done')
    return true
  } catch (error) {
    deps.logProblem(error, job.name)
    measure('failed')
    return false
  }
}
