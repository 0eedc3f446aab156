import type { JobRun } from '../../domain/job.ts'
import { LATEST_ANCHOR, type SeenAnchors } from '../../domain/anchor.ts'
import type { LedgerHead } from '../../domain/audit.ts'
import type { Deps } from '../../domain/deps.ts'
import { BEAT, beatBy, EMPTIED, databaseRestoreIn } from '../../domain/database-restore.ts'
import { isDue as isOver, MINUTE, type Seconds } from '../../domain/time.ts'
import { evidenceOfRestore, shut } from '../audit/notice-restore.ts'
import { CUT_OFF_FIRST, RECONCILIATION } from '../edge/reconcile-denylist.ts'

type AnchorDeps = Pick<Deps, 'anchors' | 'auditEvents' | 'jobStates' | 'closed' | 'ledger'>

/** KV's Free plan has 1,000 writes a day. */
const PERIOD: Seconds = 5 * MINUTE

/** So many values that are no anchors are written over in one run. */
const MENDED_A_RUN = 2

/** Notes that an anchor was kept, so that a KV without any is known to have lost them. */
const ANCHORED = 'anchored'

/**
 * Keeps where the audit log ends outside its database, and compares: where the log lacks an anchor, D1 is
 * older than it was, or another, and the server is shut from here on.
 */
export async function keepAnchor(deps: AnchorDeps, run: JobRun): Promise<void> {
  const seen = await deps.anchors.seen(run.now)
  const head = await deps.ledger.head()
  const evidence = await evidenceOfRestore(deps, seen, head, async () => run.jobStates)
  if (evidence) run.jobStates = await shut(deps, evidence, run.now)
  await keepAnew(deps, run, seen, head)
  if (deps.closed) await beat(deps, run, seen)
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

/** While D1 is taken back the last one from before stays: it may be taken back again. */
function isDue({ now, jobStates }: JobRun, { latest }: SeenAnchors, head: LedgerHead): boolean {
  const isRecent = latest !== null && latest.at > now - PERIOD
  return !databaseRestoreIn(jobStates) && !isRecent && head.seq !== (latest?.seq ?? 0)
}

/** No anchor at all where one was kept, longer ago than a location remembers that there was none. */
function wasEmptied({ now, jobStates }: JobRun, { anchors, unreadable }: SeenAnchors): boolean {
  const kept = jobStates.get(ANCHORED)?.ranAt ?? null
  return kept !== null && anchors.length + unreadable.length === 0 && isOver(kept, PERIOD, now)
}

/** Then the denylist is gone as well: whoever is cut off is told first. */
function noteEmptied({ now, jobStates, updates }: JobRun): void {
  const all = { ranAt: now, position: CUT_OFF_FIRST }
  jobStates.set(RECONCILIATION, all)
  updates.set(RECONCILIATION, all)
  updates.set(EMPTIED, { ranAt: now, position: null })
}

/**
 * While the server is closed each run leaves a number in D1, then in KV: a D1 that has a lower one than KV
 * was taken back since, however little happened in it.
 */
async function beat({ anchors, jobStates }: AnchorDeps, run: JobRun, seen: SeenAnchors) {
  const last = beatBy(run.jobStates)
  const next = Math.max(run.now, last + 1, seen.beat + 1)
  const before = run.jobStates.get(BEAT) ?? null
  const isFirst = await jobStates.replace(BEAT, before, { ranAt: next, position: null })
  if (isFirst) await anchors.keepBeat(next)
}
