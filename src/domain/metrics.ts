import type { Cause } from './refusal-reasons.ts'
import type { Method, OUTCOMES } from './request-facts.ts'

export const POINT_KINDS = ['request', 'change', 'job', 'run'] as const

export const JOB_OUTCOMES = ['done', 'failed', 'waited'] as const

/** One measurement. Which members it has depends on its kind; docs/monitoring.md has the table. */
export type Point = Partial<Cause> & {
  kind: (typeof POINT_KINDS)[number]
  /** An endpoint, an action of the audit log, or a job of the cron. */
  name: string
  outcome?: (typeof OUTCOMES)[number] | (typeof JOB_OUTCOMES)[number] | undefined
  method?: Method | undefined
  /** `proven`, or who makes a change. */
  caller?: string | undefined
  clientId?: string | undefined
  ms?: number
  status?: number
  failures?: number
  denylistEntries?: number
  reminders?: number
  databaseBytes?: number
}

/** The members of a point in the order of their columns: `blob1` to `blob7`, `double1` to `double6`. */
export const BLOBS = ['kind', 'name', 'outcome', 'reason', 'detail', 'method', 'caller'] as const
export const DOUBLES = [
  'ms',
  'status',
  'failures',
  'denylistEntries',
  'reminders',
  'databaseBytes',
] as const

/** Takes measurements. Never waits, and never fails. */
export interface Metrics {
  /** In milliseconds; only the difference between two readings means something. */
  clock(): number
  write(point: Point): void
}
