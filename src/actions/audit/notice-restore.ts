import type { JobStates, JobState } from '../../domain/job.ts'
import { type Anchor, markOf, type SeenAnchors } from '../../domain/anchor.ts'
import type { LedgerHead } from '../../domain/audit.ts'
import type { Deps } from '../../domain/deps.ts'
import {
  BEAT,
  beatBy,
  LOST,
  lostBy,
  SHUT,
  DATABASE_RESTORED,
} from '../../domain/database-restore.ts'
import { CLOCK_SKEW, type Seconds } from '../../domain/time.ts'

type NoticeDeps = Pick<Deps, 'auditEvents' | 'jobStates' | 'ledger' | 'statusLists'>

/** Signs that the database was restored that it has not recorded yet. */
export type Evidence = {
  lost: string[]
  beat: Seconds
  known: JobStates
  /** The database forgot something of this time, and nothing older than that has come since. */
  since: Seconds
}

/** The number of marks kept: more than there are anchors. */
const LOST_MAX = 500

/**
 * The anchors that the audit log lacks, and whether the database has forgotten a run of the cron;
 * null if there is nothing new. The anchors must be read before the log, which only grows.
 */
export async function evidenceOfRestore(
  deps: Pick<Deps, 'auditEvents'>,
  { anchors, beat }: SeenAnchors,
  head: LedgerHead,
  known: () => Promise<JobStates>,
): Promise<Evidence | null> {
  const lostAnchors = await lostOf(deps, anchors, head)
  const lost = lostAnchors.map(markOf)
  if (lost.length === 0 && beat === 0) return null
  const jobStates = await known()
  const news = lost.filter((mark) => !lostBy(jobStates).includes(mark))
  if (news.length === 0 && beat <= beatBy(jobStates)) return null
  const times = [...lostAnchors.map(({ at }) => at), ...(beat === 0 ? [] : [beat])]
  return { lost: news, beat, known: jobStates, since: Math.min(...times) - CLOCK_SKEW }
}

/** The anchors that the log lacks; those beyond its end are not looked up. */
export async function lostOf<A extends Anchor>(
  deps: Pick<Deps, 'auditEvents'>,
  anchors: A[],
  head: LedgerHead,
): Promise<A[]> {
  const within = anchors.map(({ seq }) => seq).filter((seq) => seq < head.seq)
  const seals = within.length === 0 ? new Map() : await deps.auditEvents.seals(within)
  seals.set(head.seq, head.seal)
  // Every log continues a log without events.
  return anchors.filter(({ seq, seal }) => seq > 0 && seals.get(seq) !== seal)
}

/**
 * Records in the database that it was restored: from now on no client gets in until a pass through
 * the denylist has begun and ended. Returns the current job states.
 */
export async function shut(
  deps: Pick<Deps, 'jobStates' | 'statusLists'>,
  { lost, beat, known, since }: Evidence,
  now: Seconds,
): Promise<Map<string, JobState>> {
  // First: a place that the database gives a second time would bring dead tokens to life.
  await deps.statusLists.close(since)
  const marks = [...new Set([...lostBy(known), ...lost])].slice(-LOST_MAX)
  const notes = new Map<string, JobState>([
    [DATABASE_RESTORED, { ranAt: now, position: SHUT }],
    [LOST, { ranAt: now, position: marks }],
    [BEAT, { ranAt: Math.max(beat, beatBy(known)), position: null }],
  ])
  await deps.jobStates.note(notes)
  return new Map([...known, ...notes])
}

/** Checks for a restore, shuts the server if there was one, and returns what was recorded. */
export async function noticeRestore(
  deps: NoticeDeps,
  seen: SeenAnchors,
  now: Seconds,
): Promise<JobStates> {
  const head = await deps.ledger.head()
  const jobStates = await deps.jobStates.all()
  const evidence = await evidenceOfRestore(deps, seen, head, async () => jobStates)
  return evidence ? shut(deps, evidence, now) : jobStates
}
