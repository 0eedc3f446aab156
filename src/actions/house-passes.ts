import type { Chore } from '../domain/upkeep-ports.ts'
import { DAY, HOUR, MINUTE, type Seconds } from '../domain/time.ts'
import { holdClientsAhead } from './hold-clients-ahead.ts'
import { type HouseDeps, isTakenBack, type Round } from './house-round.ts'
import { reconcileDenylist } from './reconcile-denylist.ts'
import { BEGINNING, type LogPosition, verifyAuditLog } from './verify-audit-log.ts'

// Passes over much: each begins once in a while, and goes on run by run until it is through.

const STATES_A_RUN = 100
const PAGES_A_RUN = 1

const PERIODS = { hold: 10 * MINUTE, reconciliation: HOUR, verification: DAY }

/** Every ten minutes, and in every run while D1 is known to have been taken back. */
export async function holdStep(deps: HouseDeps, round: Round): Promise<number> {
  const begun = beginsOrGoesOn(round, 'hold', isTakenBack(round.chores) ? 0 : PERIODS.hold)
  if (!begun) return 0
  const cursor = (begun.position || null) as string | null
  const { held, next } = await holdClientsAhead(deps, cursor)
  noteProgress(round, 'hold', begun, next)
  return held === 0 ? 2 : 10
}

export async function reconcileStep(deps: HouseDeps, round: Round): Promise<number> {
  const begun = beginsOrGoesOn(round, 'reconciliation', PERIODS.reconciliation)
  if (!begun) return 0
  const after = (begun.position ?? '') as string
  const { held, next } = await reconcileDenylist(deps, after, STATES_A_RUN)
  noteProgress(round, 'reconciliation', begun, next)
  return held === 0 ? 3 : 10
}

export async function verifyStep(deps: HouseDeps, round: Round): Promise<number> {
  const begun = beginsOrGoesOn(round, 'verification', PERIODS.verification)
  if (!begun) return 0
  const from = (begun.position ?? BEGINNING) as LogPosition
  const verdict = await verifyAuditLog(deps, from, PAGES_A_RUN)
  const isDone = !verdict.intact || verdict.complete
  if (isDone) round.noted.set('verdict', { ranAt: round.now, position: verdict })
  noteProgress(round, 'verification', begun, isDone ? null : verdict.position)
  return 5
}

const WAITED: Seconds = 3 * MINUTE
const RESERVE = 20

/**
 * What a backlog of letters leaves for the passes behind them, when one has waited or is under way: in
 * two minutes of five, because a pass that fails each time must not keep letters waiting either.
 */
export function reserveFor({ now, chores }: Round): number {
  const waits = (['reconciliation', 'verification'] as const).some((name) => {
    const last = chores.get(name)
    if (!last) return chores.has('run')
    return last.position !== null || last.ranAt <= now - PERIODS[name] - WAITED
  })
  return waits && Math.floor(now / MINUTE) % 5 < 2 ? RESERVE : 0
}

function beginsOrGoesOn({ now, chores }: Round, name: string, period: Seconds): Chore | null {
  const last = chores.get(name)
  if (last && last.position !== null) return last
  return !last || last.ranAt <= now - period ? { ranAt: now, position: null } : null
}

function noteProgress({ noted }: Round, name: string, begun: Chore, next: unknown): void {
  noted.set(name, { ranAt: begun.ranAt, position: next })
}
