import type { Chore } from '../domain/upkeep-ports.ts'
import { Unavailable } from '../domain/errors.ts'
import { isMissing, keyUses, useInWords } from '../domain/key-use.ts'
import { takenBackBy } from '../domain/taken-back.ts'
import { DAY, HOUR, isDue, MINUTE, type Seconds } from '../domain/time.ts'
import type { HouseDeps, Round } from './house-round.ts'
import { HOLDING } from './spread-denylist.ts'
import {
  type Compared,
  EVERYTHING,
  RECONCILIATION,
  reconcileDenylist,
} from './reconcile-denylist.ts'
import { BEGINNING, type LogPosition, VERIFICATION, verifyAuditLog } from './verify-audit-log.ts'

// Passes over much: each begins once in a while, and goes on run by run until it is through.

const STATES_A_RUN = 100
const PAGES_A_RUN = 1
const CLIENTS_A_RUN = 500

const PERIODS = { search: 10 * MINUTE, keys: HOUR, reconciliation: HOUR, verification: DAY }

/** Nothing is written over what the denylist may know better while the server is shut. */
export async function reconcileStep(deps: HouseDeps, round: Round): Promise<void> {
  if (takenBackBy(round.chores)?.isShut) return
  const begun = beginsOrGoesOn(round, RECONCILIATION, PERIODS.reconciliation)
  if (!begun) return
  noteProgress(
    round,
    RECONCILIATION,
    begun,
    await reconcileDenylist(deps, comparedBy(begun), STATES_A_RUN, () => round.left > HOLDING),
  )
}

/** An earlier release noted less. */
function comparedBy({ position }: Chore): Compared {
  return typeof position === 'object' && position !== null ? (position as Compared) : EVERYTHING
}

export async function verifyStep(deps: HouseDeps, round: Round): Promise<void> {
  const begun = beginsOrGoesOn(round, VERIFICATION, PERIODS.verification)
  if (!begun) return
  const from = (begun.position ?? BEGINNING) as LogPosition
  const verdict = await verifyAuditLog(deps, from, PAGES_A_RUN)
  const isDone = !verdict.intact || verdict.complete
  if (isDone) round.noted.set('verdict', { ranAt: round.now, position: verdict })
  noteProgress(round, VERIFICATION, begun, isDone ? null : verdict.position)
}

const WAITED: Seconds = 3 * MINUTE
const RESERVE = 20
/** What the steps of one statement cost together. */
const SMALL_STEPS = 6

/**
 * What a backlog of letters leaves for the passes behind them, when one has waited or is under way: in
 * two minutes of five, because a pass that fails each time must not keep letters waiting either.
 */
export function reserveFor({ now, chores, noted }: Round): number {
  const waits = (['reconciliation', 'verification'] as const).some((name) => {
    const last = chores.get(name)
    if (!last) return chores.has('run')
    return last.position !== null || isDue(last.ranAt, PERIODS[name] + WAITED, now)
  })
  if (waits && Math.floor(now / MINUTE) % 5 < 2) return RESERVE
  // It took what letters leave over as a rule.
  return noted.get('search')?.position ? SMALL_STEPS : 0
}

/**
 * Files clients that were there before the search's index was, or that an older version renamed. It gives
 * way to passes that have waited: until all are filed a search reads on along the list.
 */
export async function searchStep(deps: HouseDeps, round: Round): Promise<void> {
  const begun = beginsOrGoesOn(round, 'search', PERIODS.search)
  if (!begun || reserveFor(round) > 0) return
  const filed = await deps.searchIndex.file(CLIENTS_A_RUN)
  noteProgress(round, 'search', begun, filed === 0 ? null : filed)
}

/**
 * Whether a version that is still needed was taken away: what stands on it is refused, a right secret with 503.
 * Told each minute until it is back.
 */
export async function keysStep(deps: HouseDeps, round: Round): Promise<void> {
  const begun = beginsOrGoesOn(round, 'keys', PERIODS.keys)
  if (!begun) return
  const missing = keyUses(deps.keyVersions, await deps.keyUses.count(round.now)).filter(isMissing)
  if (missing.length > 0) {
    const detail = `a version that is needed is not there (${missing.map(useInWords).join(', ')})`
    const names = missing.map(({ name }) => name)
    throw new Unavailable('configuration', detail, [...new Set(names)])
  }
  noteProgress(round, 'keys', begun, null)
}

function beginsOrGoesOn({ now, chores }: Round, name: string, period: Seconds): Chore | null {
  const last = chores.get(name)
  // One that began by a clock that was ahead begins now: else it would not begin again until then.
  if (last && last.position !== null) return { ...last, ranAt: Math.min(last.ranAt, now) }
  return isDue(last?.ranAt ?? null, period, now) ? { ranAt: now, position: null } : null
}

function noteProgress({ noted }: Round, name: string, begun: Chore, next: unknown): void {
  noted.set(name, { ranAt: begun.ranAt, position: next })
}
