import type { JobStates } from './job.ts'
import { MINUTE, type Seconds } from './time.ts'

// That D1 was taken back to an earlier time is noted in D1 itself, where every read of a credential finds it.

/** The row of it, and what it says while no client gets in. */
export const DATABASE_RESTORED = 'taken_back'
export const SHUT = 'shut'
/** A pass through the denylist is done since; an administrator has still to accept the log. */
export const LOOKED_THROUGH = 'looked_through'

/** What was anchored outside, and D1 is known to lack. */
export const LOST = 'lost_anchors'
/** That KV was found without any anchor, though some were kept. */
export const EMPTIED = 'kv_emptied'
/** When the cron ran last while the server was closed. */
export const BEAT = 'beat'
/** The pass through the denylist that is under way, and the last that was done. */
export const PASS = 'hold'
export const PASS_DONE = 'hold_done'

export type DatabaseRestore = { since: Seconds; isShut: boolean }

/** Null while D1 is not known to lack anything. */
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

/** How far a pass through the denylist is; `cursor`: the page that is next. */
export type Progress = { cursor: string | null; entries: number; held: number }

export const AT_THE_BEGINNING: Progress = { cursor: null, entries: 0, held: 0 }

export type Pass = Progress & { began: Seconds }

/** The pass that is under way; null where none is. */
export function passBy(jobStates: JobStates): Pass | null {
  const jobState = jobStates.get(PASS)
  // An earlier release noted less.
  if (!jobState || typeof jobState.position !== 'object' || jobState.position === null) return null
  return { ...(jobState.position as Progress), began: jobState.ranAt }
}

export function passDoneBy(jobStates: JobStates): Pass | null {
  const jobState = jobStates.get(PASS_DONE)
  return jobState ? { ...(jobState.position as Progress), began: jobState.ranAt } : null
}

/**
 * KV shows a write everywhere after a minute, and promises less: a pass that is to have seen what was
 * written before D1 was taken back begins so long after that was noticed.
 */
export const KV_SETTLES: Seconds = 2 * MINUTE

/** Whether a pass that began then has seen all that the denylist knows. */
export function hasSeenAll(began: Seconds, { since }: DatabaseRestore): boolean {
  return began >= since + KV_SETTLES
}
