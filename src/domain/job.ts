import type { Budget } from './budget.ts'
import type { Seconds } from './time.ts'

/** When a job of the cron last ran, and how far it got if it takes several runs. */
export type JobState = { ranAt: Seconds; position: unknown }

export type JobStates = ReadonlyMap<string, JobState>

export interface JobStateStore {
  all(): Promise<Map<string, JobState>>
  /**
   * All job states, the database's current time, whether a retirement waits to begin, and the number of
   * the newest event.
   */
  begin(): Promise<{
    jobStates: Map<string, JobState>
    clock: Seconds
    isReplacing: boolean
    headSeq: number
  }>
  note(jobStates: JobStates): Promise<void>
  /** Replaces a state unless it was changed since it was `before`. Returns whether it did. */
  replace(name: string, before: JobState | null, after: JobState): Promise<boolean>
}

/** One run of the cron: the state that earlier runs left, and the updates for the next. */
export type JobRun = {
  now: Seconds
  /** Whether a secret was used for the first time whose use retires others. */
  isReplacing?: boolean
  /** The newest event when the run began. */
  headSeq: number
  jobStates: Map<string, JobState>
  updates: Map<string, JobState>
  budget: Budget
}
