import type { Chore } from '../domain/upkeep-ports.ts'
import { DAY, HOUR, type Seconds } from '../domain/time.ts'
import { holdClientsAhead } from './hold-clients-ahead.ts'
import type { HouseDeps, Round } from './house-round.ts'
import { reconcileDenylist } from './reconcile-denylist.ts'
import { BEGINNING, type LogPosition, verifyAuditLog } from './verify-audit-log.ts'

// Passes over much: each begins once in a while, and goes on run by run until it is through.

const STATES_A_RUN = 100
const PAGES_A_RUN = 1

/** Hourly, and at once when D1 was taken back: see keep-anchor.ts. */
export async function holdStep(deps: HouseDeps, round: Round): Promise<number> {
  const begun = beginsOrGoesOn(round, 'hold', HOUR)
  if (!begun) return 0
  const { held, next } = await holdClientsAhead(deps, begun.position as string | null)
  noteProgress(round, 'hold', begun, next)
  return held === 0 ? 2 : 10
}

export async function reconcileStep(deps: HouseDeps, round: Round): Promise<number> {
  const begun = beginsOrGoesOn(round, 'reconciliation', HOUR)
  if (!begun) return 0
  const after = (begun.position ?? '') as string
  const next = await reconcileDenylist(deps, after, STATES_A_RUN)
  noteProgress(round, 'reconciliation', begun, next)
  return 3
}

export async function verifyStep(deps: HouseDeps, round: Round): Promise<number> {
  const begun = beginsOrGoesOn(round, 'verification', DAY)
  if (!begun) return 0
  const from = (begun.position ?? BEGINNING) as LogPosition
  const verdict = await verifyAuditLog(deps, from, PAGES_A_RUN)
  const isDone = !verdict.intact || verdict.complete
  if (isDone) round.noted.set('verdict', { ranAt: round.now, position: verdict })
  noteProgress(round, 'verification', begun, isDone ? null : verdict.position)
  return 5
}

function beginsOrGoesOn({ now, chores }: Round, name: string, period: Seconds): Chore | null {
  const last = chores.get(name)
  if (last && last.position !== null) return last
  return !last || last.ranAt <= now - period ? { ranAt: now, position: null } : null
}

function noteProgress({ noted }: Round, name: string, begun: Chore, next: unknown): void {
  noted.set(name, { ranAt: begun.ranAt, position: next })
}
