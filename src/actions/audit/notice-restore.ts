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
import type { Seconds } from '../../domain/time.ts'

type NoticeDeps = Pick<Deps, 'auditEvents' | 'jobStates' | 'ledger'>

/** What shows that D1 was taken back, and is not among what D1 has noted of that. */
export type Evidence = { lost: string[]; beat: Seconds; known: JobStates }

/** So many marks are kept: more than there are anchors. */
const LOST_MAX = 500

/**
 * What of the anchors the audit log does not have, and whether D1 has forgotten a run of the cron; null where
 * there is nothing new. The anchors were read before the log, which only grows.
 */
export async function evidenceOfRestore(
  deps: Pick<Deps, 'auditEvents'>,
  { anchors, beat }: SeenAnchors,
  head: LedgerHead,
  known: () => Promise<JobStates>,
): Promise<Evidence | null> {
  const lost = (await lostOf(deps, anchors, head)).map(markOf)
  if (lost.length === 0 && beat === 0) return null
  const jobStates = await known()
  const news = lost.filter((mark) => !lostBy(jobStates).includes(mark))
  return news.length > 0 || beat > beatBy(jobStates) ? { lost: news, beat, known: jobStates } : null
}

/** The anchors that the log does not have; what stands behind its end is not asked for. */
export async function lostOf<A extends Anchor>(
  deps: Pick<Deps, 'auditEvents'>,
  anchors: A[],
  head: LedgerHead,
): Promise<A[]> {
  const within = anchors.map(({ seq }) => seq).filter((seq) => seq < head.seq)
  const seals = within.length === 0 ? new Map() : await deps.auditEvents.seals(within)
  seals.set(head.seq, head.seal)
  // Of a log without an event every log is a continuation.
  return anchors.filter(({ seq, seal }) => seq > 0 && seals.get(seq) !== seal)
}

/**
 * Notes in D1 that it was taken back: from now on no client gets in, until a pass through the denylist has
 * begun and ended. Returns the states of the jobs as they are now.
 */
export async function shut(
  deps: Pick<Deps, 'jobStates'>,
  { lost, beat, known }: Evidence,
  now: Seconds,
): Promise<Map<string, JobState>> {
  const marks = [...new Set([...lostBy(known), ...lost])].slice(-LOST_MAX)
  const notes = new Map<string, JobState>([
    [DATABASE_RESTORED, { ranAt: now, position: SHUT }],
    [LOST, { ranAt: now, position: marks }],
    [BEAT, { ranAt: Math.max(beat, beatBy(known)), position: null }],
  ])
  await deps.jobStates.note(notes)
  return new Map([...known, ...notes])
}

/** Looks, and shuts the server where D1 was taken back; what is noted in D1 then. */
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
