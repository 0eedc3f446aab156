import type { Chore } from '../domain/upkeep-ports.ts'
import { takenBackBy } from '../domain/taken-back.ts'
import { DAY, HOUR, MINUTE, type Seconds } from '../domain/time.ts'
import type { HouseDeps, Round } from './house-round.ts'
import {
  type Compared,
  EVERYTHING,
  RECONCILIATION,
  reconcileDenylist,
} from './reconcile-denylist.ts'
import { BEGINNING, type LogPosition, verifyAuditLog } from './verify-audit-log.ts'

// Passes over much: each begins once in a while, and goes on run by run until it is through.

const STATES_A_RUN = 100
const PAGES_A_RUN = 1

const PERIODS = { reconciliation: HOUR, verification: DAY }

/** Nothing is written over what the denylist may know better while the server is shut. */
export async function reconcileStep(deps: HouseDeps, round: Round): Promise<void> {
  if (takenBackBy(round.chores)?.isShut) return
  const begun = beginsOrGoesOn(round, RECONCILIATION, PERIODS.reconciliation)
  if (!begun) return
  noteProgress(
    round,
    RECONCILIATION,
    begun,
    await reconcileDenylist(deps, comparedBy(begun), STATES_A_RUN),
  )
}

/** An earlier release noted less. */
function comparedBy({ position }: Chore): Compared {
  return typeof position === 'object' && position !== null ? (position as Compared) : EVERYTHING
}

export async function verifyStep(deps: HouseDeps, round: Round): Promise<void> {
  const begun = beginsOrGoesOn(round, 'verification', PERIODS.verification)
  if (!begun) return
  const from = (begun.position ?? BEGINNING) as LogPosition
  const verdict = await verifyAuditLog(deps, from, PAGES_A_RUN)
  const isDone = !verdict.intact || verdict.complete
  if (isDone) round.noted.set('verdict', { ranAt: round.now, position: verdict })
  noteProgress(round, 'verification', begun, isDone ? null : verdict.position)
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
