import type { JobRun } from '../../domain/job.ts'
import {
  AT_THE_BEGINNING,
  hasSeenAll,
  LOOKED_THROUGH,
  PASS,
  PASS_DONE,
  type Pass,
  passBy,
  passDoneBy,
  SHUT,
  DATABASE_RESTORED,
  databaseRestoreIn,
} from '../../domain/database-restore.ts'
import { isAhead, isDue, MINUTE } from '../../domain/time.ts'
import { type QuarantineDeps, quarantineDivergedClients } from '../edge/quarantine-clients.ts'
import type { Deps } from '../../domain/deps.ts'
import type { Job } from './job.ts'
import { OPERATIONS } from './operations.ts'

type LookThroughDeps = QuarantineDeps & Pick<Deps, 'closed' | 'jobStates'>

const PERIOD = 10 * MINUTE

export const hold: Job = { name: 'hold', operations: OPERATIONS.hold, run: lookThroughDenylist }

/**
 * A pass through the denylist: normally every ten minutes, one page per run; while the server is
 * closed or the database is known to be restored, continuously, as many pages as a run can afford.
 * A pass that has seen everything the denylist knows reopens a server that is shut.
 */
export async function lookThroughDenylist(deps: LookThroughDeps, run: JobRun): Promise<void> {
  await correctRestoreTime(deps, run)
  const databaseRestore = databaseRestoreIn(run.jobStates)
  const isUrgent = deps.closed || databaseRestore?.isShut === true
  let pass = passOf(run, isUrgent)
  while (pass) {
    const look = await quarantineDivergedClients(deps, pass.cursor, databaseRestore !== null)
    const [entries, held] = [pass.entries + look.entries, pass.held + look.held]
    pass = { began: pass.began, cursor: look.next, entries, held }
    if (pass.cursor === null) return finish(deps, run, pass)
    noteProgress(run, pass)
    if (!isUrgent || run.budget.left() < OPERATIONS.hold) return
  }
}

/**
 * The restore was recorded with a clock that was ahead. No pass could begin late enough before that
 * time, and the server would stay shut for as long, so the restore counts as noticed now.
 */
async function correctRestoreTime({ jobStates }: LookThroughDeps, run: JobRun): Promise<void> {
  const before = run.jobStates.get(DATABASE_RESTORED)
  if (!before || before.position === null || !isAhead(before.ranAt, run.now)) return
  const after = { ...before, ranAt: run.now }
  if (!(await jobStates.replace(DATABASE_RESTORED, before, after))) return
  run.jobStates = new Map([...run.jobStates, [DATABASE_RESTORED, after]])
}

/**
 * The pass to continue, or a new one; null if none is due. A pass from before the restore is
 * discarded.
 */
function passOf({ now, jobStates }: JobRun, isUrgent: boolean): Pass | null {
  const underWay = passBy(jobStates)
  const since = databaseRestoreIn(jobStates)?.since ?? 0
  const isKnown = underWay !== null && !isAhead(underWay.began, now)
  if (isKnown && underWay.began >= since) return underWay
  const begins =
    underWay !== null || isUrgent || isDue(passDoneBy(jobStates)?.began ?? null, PERIOD, now)
  return begins ? { ...AT_THE_BEGINNING, began: now } : null
}

function noteProgress({ updates }: JobRun, { began, ...progress }: Pass): void {
  updates.set(PASS, { ranAt: began, position: progress })
}

async function finish(deps: LookThroughDeps, run: JobRun, pass: Pass): Promise<void> {
  const { began, ...progress } = pass
  run.updates.set(PASS, { ranAt: began, position: null })
  run.updates.set(PASS_DONE, { ranAt: began, position: progress })
  const databaseRestore = databaseRestoreIn(run.jobStates)
  if (!databaseRestore?.isShut || !hasSeenAll(began, databaseRestore)) return
  // Unless the database was restored once more in the meantime.
  const before = { ranAt: databaseRestore.since, position: SHUT }
  await deps.jobStates.replace(DATABASE_RESTORED, before, { ...before, position: LOOKED_THROUGH })
}
