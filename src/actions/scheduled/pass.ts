import type { JobRun, JobState } from '../../domain/job.ts'
import { isDue, type Seconds } from '../../domain/time.ts'
import type { Job, JobDeps } from './job.ts'

type Pass = Pick<Job, 'name' | 'operations'> & {
  period: Seconds
  /** Whether it leaves this run to others. */
  yields?: (run: JobRun) => boolean
  /** Goes on from a position; returns how far it got, null if it is through. */
  step: (deps: JobDeps, run: JobRun, position: unknown) => Promise<unknown>
}

/** A job that begins once a period, and goes on run by run until it is through. */
export function pass(of: Pass): Job & Pick<Pass, 'period'> {
  const { name, operations, period, yields = () => false, step } = of
  return {
    name,
    operations,
    period,
    isDue: (run) => !yields(run) && isDueOrUnderWay(run, name, period),
    async run(deps, run) {
      const { ranAt, position } = begun(run, name)
      run.updates.set(name, { ranAt, position: await step(deps, run, position) })
    },
  }
}

function isDueOrUnderWay({ now, jobStates }: JobRun, name: string, period: Seconds): boolean {
  const last = jobStates.get(name)
  return (last && last.position !== null) || isDue(last?.ranAt ?? null, period, now)
}

/**
 * A pass that began with a clock that was ahead restarts now; otherwise it would wait until that
 * time.
 */
function begun({ now, jobStates }: JobRun, name: string): JobState {
  const last = jobStates.get(name)
  if (!last || last.position === null) return { ranAt: now, position: null }
  return { ...last, ranAt: Math.min(last.ranAt, now) }
}
