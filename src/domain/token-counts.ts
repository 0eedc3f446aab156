import type { Refusal } from './errors.ts'
import { DAY, type Seconds } from './time.ts'

/** What became of a token request that named its client: `issued`, or why not. */
export type Outcome = string

/** How often it came out so on a day, counted from 1970-01-01 in UTC. */
export type TokenCount = { day: number; outcome: Outcome; count: number }

export const ISSUED: Outcome = 'issued'
export const DAYS_SHOWN = 30
const DAYS_KEPT = 35

/** Outcomes that anybody can cause, without a secret. */
const OF_STRANGERS = new Set<Outcome>(['wrong_secret', 'too_many_requests'])

/** How many tokens were issued and refused: roughly, because an isolate may take its counts with it. */
export interface TokenCounts {
  /** In memory. Ids of no client are counted together. */
  count(clientId: string, outcome: Outcome, now: Seconds): void
  /** Whether there is something to write, and nothing was written for a minute. */
  isDue(now: Seconds): boolean
  /** Writes what was counted, in one statement, where that is due. */
  flush(now: Seconds): Promise<void>
  /** The days that are shown, of one client or of all; days and outcomes without a count are left out. */
  ofLastDays(clientId: string | null, now: Seconds): Promise<TokenCount[]>
  /** Drops what is older than it is kept. */
  forget(now: Seconds, limit: number): Promise<void>
}

export function outcomeOf({ code, extras }: Refusal): Outcome {
  return extras.why ?? (code === 'invalid_client' ? 'wrong_secret' : code)
}

/** Whether who asked had sent the right secret: nobody else causes a write. */
export function isOfKnownCaller(outcome: Outcome): boolean {
  return !OF_STRANGERS.has(outcome)
}

export function dayOf(at: Seconds): number {
  return Math.floor(at / DAY)
}

/** The days that are shown, the oldest first. */
export function daysShown(now: Seconds): number[] {
  return Array.from({ length: DAYS_SHOWN }, (_, i) => dayOf(now) - DAYS_SHOWN + 1 + i)
}

export function oldestDayKept(now: Seconds): number {
  return dayOf(now) - DAYS_KEPT + 1
}
