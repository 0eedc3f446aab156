import { LATEST_ANCHOR } from '../domain/anchor.ts'
import type { LedgerHead } from '../domain/audit.ts'
import type { Deps } from '../domain/ports.ts'
import { BEAT, beatBy, takenBackBy } from '../domain/taken-back.ts'
import { isDue as isOver, MINUTE, type Seconds } from '../domain/time.ts'
import type { SeenAnchors } from '../domain/upkeep-ports.ts'
import type { Round } from './house-round.ts'
import { evidenceOfRestore, shut } from './notice-restore.ts'
import { CUT_OFF_FIRST, RECONCILIATION } from './reconcile-denylist.ts'

type AnchorDeps = Pick<Deps, 'anchors' | 'auditEvents' | 'chores' | 'closed' | 'ledger'>

/** KV's Free plan has 1,000 writes a day. */
const PERIOD: Seconds = 5 * MINUTE

/** So many values that are no anchors are written over in one run. */
const MENDED_A_RUN = 2

/** That an anchor was kept, so that a KV without any is known to have lost them. */
const ANCHORED = 'anchored'
export const EMPTIED = 'kv_emptied'

/**
 * Keeps where the audit log ends outside its database, and compares: where the log lacks an anchor, D1 is
 * older than it was, or another, and the server is shut from here on.
 */
export async function keepAnchor(deps: AnchorDeps, round: Round): Promise<void> {
  const seen = await deps.anchors.seen(round.now)
  const head = await deps.ledger.head()
  const evidence = await evidenceOfRestore(deps, seen, head, async () => round.chores)
  if (evidence) round.chores = await shut(deps, evidence, round.now)
  await keepAnew(deps, round, seen, head)
  if (deps.closed) await beat(deps, round, seen)
}

async function keepAnew(
  deps: AnchorDeps,
  round: Round,
  seen: SeenAnchors,
  head: LedgerHead,
): Promise<void> {
  const anchor = { seq: head.seq, seal: head.seal, at: round.now }
  const isEmptied = wasEmptied(round, seen)
  if (isEmptied) noteEmptied(round)
  const isKept = isEmptied || isDue(round, seen, head)
  if (isKept) await deps.anchors.keep(anchor, seen.latest)
  if (isKept) round.noted.set(ANCHORED, { ranAt: round.now, position: null })
  const mended = seen.unreadable.filter((key) => !isKept || key !== LATEST_ANCHOR)
  for (const key of mended.slice(0, MENDED_A_RUN)) await deps.anchors.keepUnder(anchor, key)
}

/** While D1 is taken back the last one from before stays: it may be taken back again. */
function isDue({ now, chores }: Round, { latest }: SeenAnchors, head: LedgerHead): boolean {
  const isRecent = latest !== null && latest.at > now - PERIOD
  return !takenBackBy(chores) && !isRecent && head.seq !== (latest?.seq ?? 0)
}

/** No anchor at all where one was kept, longer ago than a location remembers that there was none. */
function wasEmptied({ now, chores }: Round, { anchors, unreadable }: SeenAnchors): boolean {
  const kept = chores.get(ANCHORED)?.ranAt ?? null
  return kept !== null && anchors.length + unreadable.length === 0 && isOver(kept, PERIOD, now)
}

/** Then the denylist is gone as well: whoever is cut off is told first. */
function noteEmptied({ now, chores, noted }: Round): void {
  const all = { ranAt: now, position: CUT_OFF_FIRST }
  chores.set(RECONCILIATION, all)
  noted.set(RECONCILIATION, all)
  noted.set(EMPTIED, { ranAt: now, position: null })
}

/**
 * While the server is closed each run leaves a number in D1, then in KV: a D1 that has a lower one than KV
 * was taken back since, however little happened in it.
 */
async function beat({ anchors, chores }: AnchorDeps, round: Round, seen: SeenAnchors) {
  const last = beatBy(round.chores)
  const next = Math.max(round.now, last + 1, seen.beat + 1)
  const before = round.chores.get(BEAT) ?? null
  const isFirst = await chores.replace(BEAT, before, { ranAt: next, position: null })
  if (isFirst) await anchors.keepBeat(next)
}
