import type { Chore } from './upkeep-ports.ts'
import { MINUTE, type Seconds } from './time.ts'

// That D1 was taken back to an earlier time is noted in D1 itself, where every read of a credential finds it.

/** The row of it, and what it says while no client gets in. */
export const TAKEN_BACK = 'taken_back'
export const SHUT = 'shut'
/** A pass through the denylist is done since; an administrator has still to accept the log. */
export const LOOKED_THROUGH = 'looked_through'

/** What was anchored outside, and D1 is known to lack. */
export const LOST = 'lost_anchors'
/** When the cron ran last while the server was closed. */
export const BEAT = 'beat'
/** The pass through the denylist that is under way, and the last that was done. */
export const PASS = 'hold'
export const PASS_DONE = 'hold_done'

export type TakenBack = { since: Seconds; isShut: boolean }

export type Chores = ReadonlyMap<string, Chore>

/** Null while D1 is not known to lack anything. */
export function takenBackBy(chores: Chores): TakenBack | null {
  const chore = chores.get(TAKEN_BACK)
  if (!chore || chore.position === null || chore.position === false) return null
  return { since: chore.ranAt, isShut: chore.position === SHUT }
}

export function lostBy(chores: Chores): string[] {
  return (chores.get(LOST)?.position ?? []) as string[]
}

export function beatBy(chores: Chores): Seconds {
  return chores.get(BEAT)?.ranAt ?? 0
}

/** How far a pass through the denylist is; `cursor`: the page that is next. */
export type Progress = { cursor: string | null; entries: number; held: number }

export const AT_THE_BEGINNING: Progress = { cursor: null, entries: 0, held: 0 }

export type Pass = Progress & { began: Seconds }

/** The pass that is under way; null where none is. */
export function passBy(chores: Chores): Pass | null {
  const chore = chores.get(PASS)
  // An earlier release noted less.
  if (!chore || typeof chore.position !== 'object' || chore.position === null) return null
  return { ...(chore.position as Progress), began: chore.ranAt }
}

export function passDoneBy(chores: Chores): Pass | null {
  const chore = chores.get(PASS_DONE)
  return chore ? { ...(chore.position as Progress), began: chore.ranAt } : null
}

/**
 * KV shows a write everywhere after a minute, and promises less: a pass that is to have seen what was
 * written before D1 was taken back begins so long after that was noticed.
 */
export const KV_SETTLES: Seconds = 2 * MINUTE

/** Whether a pass that began then has seen all that the denylist knows. */
export function hasSeenAll(began: Seconds, { since }: TakenBack): boolean {
  return began >= since + KV_SETTLES
}
