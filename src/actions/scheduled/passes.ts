import type { JobState, JobRun } from '../../domain/job.ts'
import { Unavailable } from '../../domain/errors.ts'
import { isMissing, keyUses, useInWords } from '../../domain/key-use.ts'
import { databaseRestoreIn } from '../../domain/database-restore.ts'
import { DAY, HOUR, isDue, MINUTE, type Seconds } from '../../domain/time.ts'
import type { JobDeps } from './job-deps.ts'
import { QUARANTINE_COST } from '../edge/publish-denylist.ts'
import {
  type Compared,
  EVERYTHING,
  RECONCILIATION,
  reconcileDenylist,
} from '../edge/reconcile-denylist.ts'
import {
  BEGINNING,
  type LogPosition,
  VERIFICATION,
  verifyAuditLog,
} from '../audit/verify-audit-log.ts'

// Passes cover large sets: each begins once in a while and continues run by run until it is
// through.

const STATES_A_RUN = 100
const PAGES_A_RUN = 1
const CLIENTS_A_RUN = 500

const PERIODS = { search: 10 * MINUTE, keys: HOUR, reconciliation: HOUR, verification: DAY }

/**
 * While the server is shut, nothing is written over entries that may know more than the database.
 */
export async function reconcileStep(deps: JobDeps, run: JobRun): Promise<void> {
  if (databaseRestoreIn(run.jobStates)?.isShut) return
  const begun = beginsOrGoesOn(run, RECONCILIATION, PERIODS.reconciliation)
  if (!begun) return
  noteProgress(
    run,
    RECONCILIATION,
    begun,
    await reconcileDenylist(
      deps,
      comparedBy(begun),
      STATES_A_RUN,
      () => run.left > QUARANTINE_COST,
    ),
  )
}

/** An earlier release recorded less. */
function comparedBy({ position }: JobState): Compared {
  return typeof position === 'object' && position !== null ? (position as Compared) : EVERYTHING
}

export async function verifyStep(deps: JobDeps, run: JobRun): Promise<void> {
  const begun = beginsOrGoesOn(run, VERIFICATION, PERIODS.verification)
  if (!begun) return
  const from = (begun.position ?? BEGINNING) as LogPosition
  const verdict = await verifyAuditLog(deps, from, PAGES_A_RUN)
  const isDone = !verdict.intact || verdict.complete
  if (isDone) run.updates.set('verdict', { ranAt: run.now, position: verdict })
  noteProgress(run, VERIFICATION, begun, isDone ? null : verdict.position)
}

const WAITED: Seconds = 3 * MINUTE
const RESERVE = 20
/** The combined cost of the steps with one statement each. */
const SMALL_STEPS = 6

/**
 * The budget that a backlog of mails leaves to the passes after them when one has waited or is in
 * progress: in two of five minutes only, because a pass that always fails must not hold up mails
 * either.
 */
export function reserveFor({ now, jobStates, updates }: JobRun): number {
  const waits = (['reconciliation', 'verification'] as const).some((name) => {
    const last = jobStates.get(name)
    if (!last) return jobStates.has('run')
    return last.position !== null || isDue(last.ranAt, PERIODS[name] + WAITED, now)
  })
  if (waits && Math.floor(now / MINUTE) % 5 < 2) return RESERVE
  // It usually used the budget that mails left over.
  return updates.get('search')?.position ? SMALL_STEPS : 0
}

/**
 * Indexes clients that existed before the search index, or that an older version renamed. It gives
 * way to passes that have waited: until everything is indexed, a search reads along the list.
 */
export async function searchStep(deps: JobDeps, run: JobRun): Promise<void> {
  const begun = beginsOrGoesOn(run, 'search', PERIODS.search)
  if (!begun || reserveFor(run) > 0) return
  const filed = await deps.searchIndex.file(CLIENTS_A_RUN)
  noteProgress(run, 'search', begun, filed === 0 ? null : filed)
}

/**
 * Checks whether a key version still in use was removed from the configuration: data that depends
 * on it is refused, and a right secret is answered with 503. Reported each minute until it is back.
 */
export async function keysStep(deps: JobDeps, run: JobRun): Promise<void> {
  const begun = beginsOrGoesOn(run, 'keys', PERIODS.keys)
  if (!begun) return
  const missing = keyUses(deps.keyVersions, await deps.keyUses.count(run.now)).filter(isMissing)
  if (missing.length > 0) {
    const detail = `a version that is needed is not there (${missing.map(useInWords).join(', ')})`
    const names = missing.map(({ name }) => name)
    throw new Unavailable('configuration', detail, [...new Set(names)])
  }
  noteProgress(run, 'keys', begun, null)
}

function beginsOrGoesOn(
  { now, jobStates }: JobRun,
  name: string,
  period: Seconds,
): JobState | null {
  const last = jobStates.get(name)
  // A pass that began with a clock that was ahead restarts now; otherwise it would wait until that
  // time.
  if (last && last.position !== null) return { ...last, ranAt: Math.min(last.ranAt, now) }
  return isDue(last?.ranAt ?? null, period, now) ? { ranAt: now, position: null } : null
}

function noteProgress({ updates }: JobRun, name: string, begun: JobState, next: unknown): void {
  updates.set(name, { ranAt: begun.ranAt, position: next })
}
