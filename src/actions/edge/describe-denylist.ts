import type { SeenAnchors } from '../../domain/anchor.ts'
import type { JobStates } from '../../domain/job.ts'
import { Unavailable } from '../../domain/errors.ts'
import type { Deps } from '../../domain/deps.ts'
import {
  type Pass,
  passBy,
  passDoneBy,
  databaseRestoreIn,
  EMPTIED,
} from '../../domain/database-restore.ts'
import type { Seconds } from '../../domain/time.ts'
import { evidenceOfRestore } from '../audit/notice-restore.ts'

export type DenylistHealth = {
  /**
   * Whether the database lacks something that was anchored outside it, as after a restore, and no
   * administrator has accepted that.
   */
  databaseRestore: boolean
  /** Whether no client gets in because of it. */
  shut: boolean
  /** The pass through the denylist that is in progress or finished; null before the first. */
  pass: (Pick<Pass, 'began' | 'entries' | 'held'> & { done: boolean }) | null
  /** Null if the edge store does not answer. */
  anchors: { newestAt: Seconds | null; unreadable: number } | null
  /** When the edge store was found without anything that had been kept there. */
  emptiedAt: Seconds | null
}

type DenylistDeps = Pick<Deps, 'anchors' | 'auditEvents' | 'jobStates' | 'ledger'>

/** Reads the anchors itself: the database's own record may date from before a restore. */
export async function describeDenylist(
  deps: DenylistDeps,
  jobStates: JobStates,
  now: Seconds,
): Promise<DenylistHealth> {
  const seen = await seenAnchors(deps, now)
  const isNews = seen !== null && (await hasEvidence(deps, seen, jobStates))
  const databaseRestore = databaseRestoreIn(jobStates)
  const shut = databaseRestore?.isShut ?? false
  return {
    databaseRestore: isNews || databaseRestore !== null,
    shut,
    pass: passOf(jobStates, isNews || shut),
    anchors: seen && { newestAt: newestOf(seen), unreadable: seen.unreadable.length },
    emptiedAt: jobStates.get(EMPTIED)?.ranAt ?? null,
  }
}

async function seenAnchors(deps: DenylistDeps, now: Seconds): Promise<SeenAnchors | null> {
  try {
    return await deps.anchors.seen(now)
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error
    return null
  }
}

async function hasEvidence(deps: DenylistDeps, seen: SeenAnchors, jobStates: JobStates) {
  const head = await deps.ledger.head()
  return (await evidenceOfRestore(deps, seen, head, async () => jobStates)) !== null
}

/** While a pass that must see everything is awaited, none counts as done. */
function passOf(jobStates: JobStates, isAwaited: boolean): DenylistHealth['pass'] {
  const done = passDoneBy(jobStates)
  if (!isAwaited) return done && { ...pick(done), done: true }
  const shown = passBy(jobStates) ?? done
  return shown && { ...pick(shown), done: false }
}

function pick({ began, entries, held }: Pass) {
  return { began, entries, held }
}

function newestOf({ anchors }: SeenAnchors): Seconds | null {
  return anchors.reduce<Seconds | null>((newest, { at }) => Math.max(newest ?? 0, at), null)
}
