import type { JobStates } from './job.ts'
import { MINUTE, type Seconds } from './time.ts'

// A restore to an earlier time is recorded in the database itself, where every read of a credential
// finds it.

/** The name of its row, and the row's value while no client gets in. */
export const DATABASE_RESTORED = 'taken_back'
export const SHUT = 'shut'
/** A pass through the denylist has finished since; an administrator has yet to accept the log. */
export const LOOKED_THROUGH = 'looked_through'

/** Anchors that were kept outside and that the database is known to lack. */
export const LOST = 'lost_anchors'
/** Set when the edge store was found without any anchor although some had been kept. */
export const EMPTIED = 'kv_emptied'
/** When the cron last ran while the server was closed. */
export const BEAT = 'beat'
/** The pass through the denylist in progress, and the last one that finished. */
export const PASS = 'hold'
export const PASS_DONE = 'hold_done'

export type DatabaseRestore = { since: Seconds; isShut: boolean }

/** Null while the database is not known to lack anything. */
export function databaseRestoreIn(jobStates: JobStates): DatabaseRestore | null {
  const jobState = jobStates.get(DATABASE_RESTORED)
  if (!jobState || jobState.position === null || jobState.position === false) return null
  return { since: jobState.ranAt, isShut: jobState.position === SHUT }
}

export function lostBy(jobStates: JobStates): string[] {
  return (jobStates.get(LOST)?.position ?? []) as string[]
}

export function beatBy(jobStates: JobStates): Seconds {
  return jobStates.get(BEAT)?.ranAt ?? 0
}

/** The progress of a pass through the denylist; `cursor` is the next page. */
export type Progress = { cursor: string | null; entries: number; held: number }

export const AT_THE_BEGINNING: Progress = { cursor: null, entries: 0, held: 0 }

export type Pass = Progress & { began: Seconds }

/** The pass in progress; null if there is none. */
export function passBy(jobStates: JobStates): Pass | null {
  const jobState = jobStates.get(PASS)
  // An earlier release recorded less.
  if (!jobState || typeof jobState.position !== 'object' || jobState.position === null) return null
  return { ...(jobState.position as Progress), began: jobState.ranAt }
}

export function passDoneBy(jobStates: JobStates): Pass | null {
  const jobState = jobStates.get(PASS_DONE)
  return jobState ? { ...(jobState.position as Progress), began: jobState.ranAt } : null
}

/**
 * Edge stores usually show a write everywhere within a minute, without guaranteeing it. A pass that
 * must see everything written before the restore begins this long after the restore was noticed.
 */
const EDGE_SETTLES: Seconds = 2 * MINUTE

/** Whether a pass that began at this time has seen everything the denylist knows. */
export function hasSeenAll(began: Seconds, { since }: DatabaseRestore): boolean {
  return began >= since + EDGE_SETTLES
}
