import type { Seconds } from './time.ts'

/** When a job of the cron ran last, and how far it got where it takes several runs. */
export type JobState = { ranAt: Seconds; position: unknown }

export type JobStates = ReadonlyMap<string, JobState>

export interface JobStateStore {
  all(): Promise<Map<string, JobState>>
  /** The same, and what the database says the time is. */
  begin(): Promise<{ jobStates: Map<string, JobState>; clock: Seconds }>
  note(jobStates: JobStates): Promise<void>
  /** Notes one, unless somebody else noted it since it was `before`; whether it did. */
  replace(name: string, before: JobState | null, after: JobState): Promise<boolean>
}

/** One run of the cron: what earlier ones left, and what it notes for the next. */
export type JobRun = {
  now: Seconds
  jobStates: Map<string, JobState>
  updates: Map<string, JobState>
  /** What it may still spend: statements, KV operations, mails. */
  readonly left: number
}
