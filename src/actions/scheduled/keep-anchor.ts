import type { JobRun } from '../../domain/job.ts'
import { LATEST_ANCHOR, type SeenAnchors } from '../../domain/anchor.ts'
import type { LedgerHead } from '../../domain/audit.ts'
import type { Deps } from '../../domain/deps.ts'
import { BEAT, beatBy, EMPTIED, databaseRestoreIn } from '../../domain/database-restore.ts'
import { isDue as isOver, MINUTE, type Seconds } from '../../domain/time.ts'
import { evidenceOfRestore, shut } from '../audit/notice-restore.ts'
import { CUT_OFF_FIRST, RECONCILIATION } from '../edge/reconcile-denylist.ts'
import type { Job } from './job.ts'
import { OPERATIONS } from './operations.ts'

type AnchorDeps = Pick<
  Deps,
  'anchors' | 'auditEvents' | 'jobStates' | 'closed' | 'ledger' | 'statusLists'
>

/** Edge stores limit writes: the smallest plan allows 1,000 a day. */
const PERIOD: Seconds = 5 * MINUTE

/** The most invalid anchor values that one run overwrites. */
const MENDED_A_RUN = 2

/** Records that an anchor was kept, so that a store without any is known to have lost them. */
const ANCHORED = 'anchored'

export const anchor: Job = { name: 'anchor', operations: OPERATIONS.anchor, run: keepAnchor }

/**
 * Keeps the end of the audit log outside its database, and compares: if the log lacks an anchor,
 * the database is older than it was, or a different one, and the server is shut from then on.
 */
export async function keepAnchor(deps: AnchorDeps, run: JobRun): Promise<void> {
  const seen = await deps.anchors.seen(run.now)
  const head = await deps.ledger.head()
  const evidence = await evidenceOfRestore(deps, seen, head, async () => run.jobStates)
  if (evidence) run.jobStates = await shut(deps, evidence, run.now)
  await keepAnew(deps, run, seen, head)
  if (deps.closed) await beat(deps, run)
}

async function keepAnew(
  deps: AnchorDeps,
  run: JobRun,
  seen: SeenAnchors,
  head: LedgerHead,
): Promise<void> {
  const anchor = { seq: head.seq, seal: head.seal, at: run.now }
  const isEmptied = wasEmptied(run, seen)
  if (isEmptied) noteEmptied(run)
  const isKept = isEmptied || isDue(run, seen, head)
  if (isKept) await deps.anchors.keep(anchor, seen.latest)
  if (isKept) run.updates.set(ANCHORED, { ranAt: run.now, position: null })
  const mended = seen.unreadable.filter((key) => !isKept || key !== LATEST_ANCHOR)
  for (const key of mended.slice(0, MENDED_A_RUN)) await deps.anchors.keepUnder(anchor, key)
}

/**
 * While the database is restored, the last anchor from before is kept: it may be restored again.
 */
function isDue({ now, jobStates }: JobRun, { latest }: SeenAnchors, head: LedgerHead): boolean {
  const isRecent = latest !== null && latest.at > now - PERIOD
  return !databaseRestoreIn(jobStates) && !isRecent && head.seq !== (latest?.seq ?? 0)
}

/**
 * Whether all anchors are gone although one was kept, longer ago than an edge location caches its
 * absence.
 */
function wasEmptied({ now, jobStates }: JobRun, { anchors, unreadable }: SeenAnchors): boolean {
  const kept = jobStates.get(ANCHORED)?.ranAt ?? null
  return kept !== null && anchors.length + unreadable.length === 0 && isOver(kept, PERIOD, now)
}

/** The denylist is gone as well: clients that are cut off are published first. */
function noteEmptied({ now, jobStates, updates }: JobRun): void {
  const all = { ranAt: now, position: CUT_OFF_FIRST }
  jobStates.set(RECONCILIATION, all)
  updates.set(RECONCILIATION, all)
  updates.set(EMPTIED, { ranAt: now, position: null })
}

/**
 * While the server is closed, each run writes a number to the database and then to the edge: a
 * database with a lower number than the edge was restored since, however little happened in
 * between.
 */
async function beat({ anchors, jobStates }: AnchorDeps, run: JobRun) {
  // A higher number at the edge has just been noticed, and is the last one here, too.
  const next = Math.max(run.now, beatBy(run.jobStates) + 1)
  const before = run.jobStates.get(BEAT) ?? null
  const isFirst = await jobStates.replace(BEAT, before, { ranAt: next, position: null })
  if (isFirst) await anchors.keepBeat(next)
}
