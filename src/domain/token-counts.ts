import type { Refusal } from './errors.ts'
import { DAY, type Seconds } from './time.ts'

/** The outcome of a token request that named its client: `issued`, or why it was refused. */
export type Outcome = string

/** How often an outcome occurred on a day, which is counted from 1970-01-01 in UTC. */
export type TokenCount = { day: number; outcome: Outcome; count: number }

/** How often an outcome occurred to a client over several days. */
export type OutcomeCount = { clientId: string; outcome: Outcome; count: number }

export const ISSUED: Outcome = 'issued'
export const DAYS_SHOWN = 30
const DAYS_KEPT = 35

/** Guesses of the bootstrap token, which are counted beside the token requests. */
export const GUESSED: Outcome = 'bootstrap_token_guess'

/** Outcomes that anyone can cause, without a secret. */
const ANONYMOUS = new Set<Outcome>(['wrong_secret', 'too_many_requests', GUESSED])

/**
 * How many tokens were issued and refused. Approximate, because a process may end before it writes
 * its counts.
 */
export interface TokenCounts {
  /** Counts in memory. Ids that do not belong to a client are counted together. */
  count(clientId: string, outcome: Outcome, now: Seconds): void
  /** Whether there is something to write, and the last write was at least a minute ago. */
  isDue(now: Seconds): boolean
  /** Writes the counts in one statement, if due. */
  flush(now: Seconds): Promise<void>
  /**
   * The displayed days, of one client or of all; days and outcomes without a count are left out.
   */
  ofLastDays(clientId: string | null, now: Seconds): Promise<TokenCount[]>
  /** Sums up several clients' counts from a day until now, as far back as days are displayed. */
  since(clientIds: string[], day: number, now: Seconds): Promise<OutcomeCount[]>
  /** Deletes counts that are past their retention period. */
  forget(now: Seconds, limit: number): Promise<void>
}

export function outcomeOf({ code, extras }: Refusal): Outcome {
  return extras.why ?? (code === 'invalid_client' ? 'wrong_secret' : code)
}

/** Whether the caller had sent the right secret: no other causes a write. */
export function isOfKnownCaller(outcome: Outcome): boolean {
  return !ANONYMOUS.has(outcome)
}

export function dayOf(at: Seconds): number {
  return Math.floor(at / DAY)
}

/** The displayed days, oldest first. */
export function daysShown(now: Seconds): number[] {
  return Array.from({ length: DAYS_SHOWN }, (_, i) => dayOf(now) - DAYS_SHOWN + 1 + i)
}

export function oldestDayKept(now: Seconds): number {
  return dayOf(now) - DAYS_KEPT + 1
}
