import type { Chore } from '../domain/upkeep-ports.ts'
import type { HouseDeps, Round } from './house-round.ts'
import {
  ADMINISTRATORS_A_RUN,
  ENTRIES_AT_LEAST,
  REMINDER_BOUNDS,
  ROWS_A_RUN,
  ROWS_OF_LISTS,
} from './house-round.ts'
import { CLOCK_SKEW, isAhead, MINUTE, type Seconds } from '../domain/time.ts'
import { DRAIN_NEEDS, drainDenylist } from './drain-denylist.ts'
import { keysStep, reconcileStep, reserveFor, searchStep, verifyStep } from './house-passes.ts'
import { keepAnchor } from './keep-anchor.ts'
import { letInConfiguredAdministrators } from './let-in-configured-administrators.ts'
import { lookThroughDenylist, PAGE_NEEDS } from './look-through-denylist.ts'
import { sendReminders } from './send-reminders.ts'
import { keepKeysStep } from './try-standby.ts'
import { FAILING, failingSince, tellProblems, type WatchDeps } from './watch-house.ts'

/**
 * One thing that the cron does. It begins when there is allowance for what it `needs` at most, or for
 * its first portion.
 */
export type Step = {
  name: string
  needs: number
  run: (deps: HouseDeps, round: Round) => Promise<unknown>
}

/** Cloudflare's Free plan lets one invocation do 50 operations; noting the chores is one, and so is the last look. */
const ALLOWANCE = 48

/** Whom to remind of what, and who has something due. */
const PLANNING = 5
const MESSAGE = 10
const MESSAGES_MAX = 5
const LIST_PORTIONS_MAX = 8
const BEHIND_LISTS = 18

/** In the order of what waits least. */
export const STEPS: Step[] = [
  { name: 'anchor', needs: 10, run: keepAnchor },
  { name: 'hold', needs: PAGE_NEEDS, run: lookThroughDenylist },
  {
    name: 'denylist',
    needs: DRAIN_NEEDS + ENTRIES_AT_LEAST,
    run: (deps, round) => drainDenylist(deps, entriesFor(round)),
  },
  {
    name: 'administrators',
    needs: 6 + 2 * ADMINISTRATORS_A_RUN,
    run: (deps) => letInConfiguredAdministrators(deps, ADMINISTRATORS_A_RUN),
  },
  { name: 'signing_keys', needs: 12, run: keepKeysStep },
  // Not because it is urgent: letters take what is left, and it gives way to the passes by itself.
  { name: 'search', needs: 4, run: searchStep },
  {
    name: 'reminders',
    needs: PLANNING + MESSAGE,
    run: (deps, round) => {
      const forLetters = Math.max(0, round.left - PLANNING - reserveFor(round))
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

/** All that is left but for one minute in four, in which a long backlog lets the other steps go on. */
function entriesFor({ now, left }: Round): number {
  const isTheirs = Math.floor(now / MINUTE) % 4 === 3
  return isTheirs ? ENTRIES_AT_LEAST : left - DRAIN_NEEDS
}

/** One that is handed over again says what it goes without. */
function costOfLetter({ mailer }: HouseDeps): number {
  return mailer.deduplicates ? MESSAGE + 1 : MESSAGE
}

/** Secrets end with their day, all at once: as many portions as leave room for the steps behind. */
async function settleLists({ clients }: HouseDeps, round: Round): Promise<void> {
  for (let portion = 1; ; portion++) {
    const settled = await clients.settle(round.now, ROWS_OF_LISTS)
    const isEnough = portion >= LIST_PORTIONS_MAX || round.left <= BEHIND_LISTS
    if (settled < ROWS_OF_LISTS || isEnough) return
  }
}

/** A step of one statement. */
function one(name: string, run: (deps: HouseDeps, round: Round) => Promise<unknown>): Step {
  return { name, needs: 1, run }
}

/**
 * The cron forgets what is over, and a clock that is ahead would make it forget revoked tokens that live, and
 * remind of secrets that are far from their end: then it goes by the database's. Not where the host brings a
 * clock of its own.
 */
function soberClock(
  { now, hasOwnClock }: Pick<WatchDeps & HouseDeps, 'now' | 'hasOwnClock'>,
  clock: Seconds,
): () => Seconds {
  const ahead = now() - clock
  return hasOwnClock || ahead <= CLOCK_SKEW ? now : () => now() - ahead
}

/** Where the last run was by a clock that was ahead: what it put off is due, and what it noted is over in a day. */
async function mendTimes(deps: HouseDeps, last: Chore | undefined, now: Seconds): Promise<void> {
  if (!last || !isAhead(last.ranAt, now)) return
  await deps.reminders.bringForward(now)
  await deps.idempotencyRecords.bringForward(now)
}

/**
 * What the cron does each minute, in bounded portions: what does not fit is done in a later run.
 * Nothing is valid or invalid because it ran.
 */
export async function keepHouse(given: HouseDeps & WatchDeps): Promise<void> {
  const { chores, clock } = await given.chores.begin()
  const deps = { ...given, now: soberClock(given, clock) }
  const now = deps.now()
  await mendTimes(deps, chores.get('run'), now)
  const round: Round = {
    now,
    chores,
    noted: new Map(),
    get left() {
      return ALLOWANCE - deps.spent()
    },
  }
  const failed: string[] = []
  for (const { name, needs, run } of STEPS) {
    if (round.left < needs) continue
    try {
      await run(deps, round)
    } catch (error) {
      // Whatever it is, it is this step's own: it is told, and the others are done all the same.
      deps.logProblem(error, name)
      failed.push(name)
    }
  }
  round.noted.set('run', { ranAt: now, position: failed })
  round.noted.set(FAILING, { ranAt: now, position: failingSince(chores, failed, now) })
  await deps.chores.note(round.noted)
  await tellProblems(deps, new Map([...chores, ...round.noted]), now)
  if (failed.length > 0) throw new Error(`The cron failed at ${failed.join(', ')}`)
}
