import type { Deps } from '../domain/ports.ts'
import type { HouseDeps, Round } from './house-round.ts'
import {
  ADMINISTRATORS_A_RUN,
  ENTRIES_A_RUN,
  REMINDER_BOUNDS,
  ROWS_A_RUN,
  ROWS_OF_LISTS,
} from './house-round.ts'
import { drainDenylist } from './drain-denylist.ts'
import { holdStep, reconcileStep, reserveFor, verifyStep } from './house-passes.ts'
import { keepAnchor } from './keep-anchor.ts'
import { keepSigningKeys } from './keep-signing-keys.ts'
import { letInConfiguredAdministrators } from './let-in-configured-administrators.ts'
import { sendReminders } from './send-reminders.ts'

/**
 * One thing that the cron does. It begins when there is allowance for what it `needs` at most, or for
 * its first portion, and answers what it spent: statements, KV operations, mails.
 */
export type Step = {
  name: string
  needs: number
  run: (deps: HouseDeps, round: Round) => Promise<number>
}

/** What Cloudflare's Free plan lets one invocation do is 50; reading and noting the chores is 2. */
const ALLOWANCE = 48

/** Whom to remind of what, and who has something due. */
const PLANNING = 5
const MESSAGE = 10
/** What it may cost that an entry is not written because its client must be held. */
const HOLDING = 7
const MESSAGES_MAX = 5
const LIST_PORTIONS_MAX = 8
const BEHIND_LISTS = 18

/** In the order of what waits least. */
export const STEPS: Step[] = [
  {
    name: 'denylist',
    needs: 6 + ENTRIES_A_RUN,
    run: async (deps) => {
      const { entries, inVain } = await drainDenylist(deps, ENTRIES_A_RUN)
      if (entries === 0) return 2
      return 6 + entries + (inVain > 0 ? HOLDING : 0)
    },
  },
  {
    name: 'anchor',
    needs: 5,
    run: async (deps, round) => ((await keepAnchor(deps, round)) ? 5 : 3),
  },
  { name: 'hold', needs: 10, run: holdStep },
  {
    name: 'administrators',
    needs: 6 + 2 * ADMINISTRATORS_A_RUN,
    run: async (deps) => {
      const letIn = await letInConfiguredAdministrators(deps, ADMINISTRATORS_A_RUN)
      return letIn === 0 ? 1 : 6 + 2 * letIn
    },
  },
  {
    name: 'signing_keys',
    needs: 6,
    run: async (deps) => ((await keepSigningKeys(deps)) ? 6 : 1),
  },
  {
    name: 'reminders',
    needs: PLANNING + MESSAGE,
    run: async (deps, round) => {
      const forLetters = Math.max(0, round.left - PLANNING - reserveFor(round))
      const messages = Math.min(MESSAGES_MAX, Math.floor(forLetters / costOfLetter(deps)))
      return (
        PLANNING +
        costOfLetter(deps) * (await sendReminders(deps, { ...REMINDER_BOUNDS, messages }))
      )
    },
  },
  { name: 'lists', needs: 1, run: settleLists },
  one('revoked_tokens', (deps, { now }) => deps.clients.forgetExpiredTokens(now, ROWS_A_RUN)),
  one('old_reminders', (deps, { now }) => deps.reminders.forget(now, ROWS_A_RUN)),
  one('old_token_counts', (deps, { now }) => deps.tokenCounts.forget(now, ROWS_A_RUN)),
  one('old_idempotency', (deps, { now }) => deps.idempotencyRecords.forget(now, ROWS_A_RUN)),
  { name: 'reconciliation', needs: 10, run: reconcileStep },
  { name: 'verification', needs: 5, run: verifyStep },
]

/** One that is handed over again says what it goes without. */
function costOfLetter({ mailer }: HouseDeps): number {
  return mailer.deduplicates ? MESSAGE + 1 : MESSAGE
}

/** Secrets end with their day, all at once: as many portions as leave room for the steps behind. */
async function settleLists({ clients }: HouseDeps, { now, left }: Round): Promise<number> {
  const most = Math.max(1, Math.min(LIST_PORTIONS_MAX, left - BEHIND_LISTS))
  for (let portion = 1; ; portion++) {
    const settled = await clients.settle(now, ROWS_OF_LISTS)
    if (settled < ROWS_OF_LISTS || portion >= most) return portion
  }
}

/** A step of one statement. */
function one(name: string, run: (deps: HouseDeps, round: Round) => Promise<unknown>): Step {
  return { name, needs: 1, run: (deps, round) => run(deps, round).then(() => 1) }
}

/**
 * What the cron does each minute, in bounded portions: what does not fit is done in a later run.
 * Nothing is valid or invalid because it ran.
 */
export async function keepHouse(deps: HouseDeps & Pick<Deps, 'logProblem'>): Promise<void> {
  const [now, chores] = [deps.now(), await deps.chores.all()]
  const round: Round = { now, chores, noted: new Map(), left: ALLOWANCE }
  const failed: string[] = []
  for (const { name, needs, run } of STEPS) {
    if (round.left < needs) continue
    try {
      round.left -= await run(deps, round)
    } catch (error) {
      // Whatever it is, it is this step's own: it is told, and the others are done all the same.
      deps.logProblem(error, name)
      failed.push(name)
      round.left -= needs
    }
  }
  round.noted.set('run', { ranAt: now, position: failed })
  await deps.chores.note(round.noted)
  if (failed.length > 0) throw new Error(`The cron failed at ${failed.join(', ')}`)
}
