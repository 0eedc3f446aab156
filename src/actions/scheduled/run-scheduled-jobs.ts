import type { JobState, JobRun } from '../../domain/job.ts'
import {
  type JobDeps,
  ADMINISTRATORS_A_RUN,
  ENTRIES_AT_LEAST,
  REMINDER_BOUNDS,
  ROWS_A_RUN,
  ROWS_OF_LISTS,
} from './job-deps.ts'
import { CLOCK_SKEW, isAhead, MINUTE, type Seconds } from '../../domain/time.ts'
import { FLUSH_NEEDS, flushOutbox } from '../edge/flush-outbox.ts'
import { keysStep, reconcileStep, reserveFor, searchStep, verifyStep } from './passes.ts'
import { keepAnchor } from './keep-anchor.ts'
import { letInConfiguredAdministrators } from '../administrators/let-in-configured-administrators.ts'
import { lookThroughDenylist, PAGE_NEEDS } from './look-through-denylist.ts'
import { sendReminders } from './send-reminders.ts'
import { keepKeys } from '../keys/try-standby.ts'
import { FAILING, failingSince, logProblems, type ProblemDeps } from '../health/log-problems.ts'

/**
 * Starts if the run's remaining budget covers `needs`, its maximum or the cost of its first
 * portion.
 */
export type Job = {
  name: string
  needs: number
  run: (deps: JobDeps, run: JobRun) => Promise<unknown>
}

/**
 * The smallest hosting plan allows 50 operations per invocation; recording the job states takes
 * one, and the final check another.
 */
const ALLOWANCE = 48

/** The statements that plan reminders and find recipients. */
const PLANNING = 5
const MESSAGE = 10
const MESSAGES_MAX = 5
const LIST_PORTIONS_MAX = 8
const BEHIND_LISTS = 18

/** The most urgent first. */
export const JOBS: Job[] = [
  { name: 'anchor', needs: 10, run: keepAnchor },
  { name: 'hold', needs: PAGE_NEEDS, run: lookThroughDenylist },
  {
    name: 'denylist',
    needs: FLUSH_NEEDS + ENTRIES_AT_LEAST,
    run: (deps, run) => flushOutbox(deps, entriesFor(run)),
  },
  {
    name: 'administrators',
    needs: 6 + 2 * ADMINISTRATORS_A_RUN,
    run: (deps) => letInConfiguredAdministrators(deps, ADMINISTRATORS_A_RUN),
  },
  { name: 'signing_keys', needs: 12, run: keepKeys },
  // Placed here although it is not urgent: mails use whatever is left, and search gives way to the
  // passes by itself.
  { name: 'search', needs: 4, run: searchStep },
  {
    name: 'reminders',
    needs: PLANNING + MESSAGE,
    run: (deps, run) => {
      const forLetters = Math.max(0, run.left - PLANNING - reserveFor(run))
      const messages = Math.min(MESSAGES_MAX, Math.floor(forLetters / costOfLetter(deps)))
      return sendReminders(deps, { ...REMINDER_BOUNDS, messages })
    },
  },
  { name: 'lists', needs: 1, run: settleLists },
  one('revoked_tokens', (deps, { now }) => deps.clients.forgetExpiredTokens(now, ROWS_A_RUN)),
  one('old_reminders', (deps, { now }) => deps.reminders.forget(now, ROWS_A_RUN)),
  one('old_token_counts', (deps, { now }) => deps.tokenCounts.forget(now, ROWS_A_RUN)),
  one('old_idempotency', (deps, { now }) => deps.idempotencyRecords.forget(now, ROWS_A_RUN)),
  one('keys', keysStep),
  { name: 'reconciliation', needs: 3, run: reconcileStep },
  { name: 'verification', needs: 6, run: verifyStep },
]

/**
 * The whole remaining budget, except in one minute of four, in which a long backlog leaves room for
 * the other steps.
 */
function entriesFor({ now, left }: JobRun): number {
  const isTheirs = Math.floor(now / MINUTE) % 4 === 3
  return isTheirs ? ENTRIES_AT_LEAST : left - FLUSH_NEEDS
}

/** A mail that is repeated records what it now leaves out. */
function costOfLetter({ mailer }: JobDeps): number {
  return mailer.deduplicates ? MESSAGE + 1 : MESSAGE
}

/**
 * Secrets end at midnight, all at once: uses as many portions as leave room for the later steps.
 */
async function settleLists({ clients }: JobDeps, run: JobRun): Promise<void> {
  for (let portion = 1; ; portion++) {
    const settled = await clients.settle(run.now, ROWS_OF_LISTS)
    const isEnough = portion >= LIST_PORTIONS_MAX || run.left <= BEHIND_LISTS
    if (settled < ROWS_OF_LISTS || isEnough) return
  }
}

/** A job of one statement. */
function one(name: string, run: (deps: JobDeps, run: JobRun) => Promise<unknown>): Job {
  return { name, needs: 1, run }
}

/**
 * The cron deletes expired data. With a clock that is ahead it would delete live revocations, and
 * send reminders for secrets that are far from their end, so it uses the database's clock then. Not
 * if the host brings its own clock.
 */
function soberClock(
  { now, hasOwnClock }: Pick<ProblemDeps & JobDeps, 'now' | 'hasOwnClock'>,
  clock: Seconds,
): () => Seconds {
  const ahead = now() - clock
  return hasOwnClock || ahead <= CLOCK_SKEW ? now : () => now() - ahead
}

/**
 * Repairs times after a run with a clock that was ahead: postponed work becomes due, and records
 * from the future expire within a day.
 */
async function mendTimes(deps: JobDeps, last: JobState | undefined, now: Seconds): Promise<void> {
  if (!last || !isAhead(last.ranAt, now)) return
  await deps.reminders.bringForward(now)
  await deps.idempotencyRecords.bringForward(now)
}

/**
 * The cron's work of each minute, in bounded portions: the rest is left to a later run. The
 * validity of secrets and tokens never depends on it.
 */
export async function runScheduledJobs(given: JobDeps & ProblemDeps): Promise<void> {
  const { jobStates, clock } = await given.jobStates.begin()
  const deps = { ...given, now: soberClock(given, clock) }
  const now = deps.now()
  await mendTimes(deps, jobStates.get('run'), now)
  const run: JobRun = {
    now,
    jobStates,
    updates: new Map(),
    get left() {
      return ALLOWANCE - deps.spent()
    },
  }
  const failed: string[] = []
  for (const job of JOBS) {
    if (run.left < job.needs) continue
    try {
      await job.run(deps, run)
    } catch (error) {
      // A failing job must not affect the others: it is logged, and they still run.
      deps.logProblem(error, job.name)
      failed.push(job.name)
    }
  }
  run.updates.set('run', { ranAt: now, position: failed })
  run.updates.set(FAILING, { ranAt: now, position: failingSince(jobStates, failed, now) })
  await deps.jobStates.note(run.updates)
  await logProblems(deps, new Map([...jobStates, ...run.updates]), now)
  if (failed.length > 0) throw new Error(`The cron failed at ${failed.join(', ')}`)
}
