import type { LedgerHead } from '../../domain/audit.ts'
import { type KeptAnchor, markOf } from '../../domain/anchor.ts'
import type { Deps } from '../../domain/deps.ts'
import { lostBy, databaseRestoreIn } from '../../domain/database-restore.ts'
import { acceptedStart, continues } from './accepted-start.ts'
import { lostOf } from './notice-restore.ts'

/**
 * How far the log was verified: the last event that continues all before it. `acceptedUpTo`: an
 * administrator accepted a break before that event, so nothing between the break and it is
 * verified; absent if there was none.
 */
export type LogPosition = { seq: number; seal: string; acceptedUpTo?: number | undefined }

export const BEGINNING: LogPosition = { seq: 0, seal: '' }

/**
 * `missing`: an event is absent. `altered`: an event does not continue the one before it.
 * `key_missing`: an event is sealed with a version of AUDIT_KEY that this server does not have.
 * `truncated`: the log ends before its head. `not_anchored`: it is not the log from which an anchor
 * was kept.
 */
export type Broken = {
  intact: false
  brokenAt: number
  why: 'missing' | 'altered' | 'key_missing' | 'truncated' | 'not_anchored'
}

export type LogVerdict = { intact: true; complete: boolean; position: LogPosition } | Broken

type VerifyDeps = Pick<Deps, 'auditEvents' | 'ledger' | 'seals'>
type AnchorDeps = Pick<Deps, 'anchors' | 'auditEvents' | 'jobStates' | 'ledger' | 'now'>

/** The cron's daily verification. */
export const VERIFICATION = 'verification'

const PAGE = 500

/** Below the first event's number, so that an event inserted before it is detected, too. */
const BEFORE_ALL = Number.MIN_SAFE_INTEGER

/**
 * Verifies a number of pages of the audit log from a position on: each event must continue the one
 * before it, the last must match the head, and every anchor kept outside the database must be in
 * the log.
 */
export async function verifyAuditLog(
  deps: VerifyDeps & AnchorDeps,
  from: LogPosition,
  pages: number,
): Promise<LogVerdict> {
  const unanchored = from.seq === 0 ? await checkAnchors(deps) : null
  if (unanchored) return unanchored
  let verdict: LogVerdict = { intact: true, complete: false, position: from }
  for (let page = 0; page < pages && verdict.intact && !verdict.complete; page++) {
    const walked = await walkPage(deps, verdict.position)
    verdict = walked.intact ? walked : await goneOnFrom(deps, walked)
  }
  return verdict
}

/** Skips an accepted break: the log continues with the event that records the acceptance. */
async function goneOnFrom(deps: VerifyDeps, broken: Broken): Promise<LogVerdict> {
  const start = await acceptedStart(deps, broken.brokenAt)
  if (!start) return broken
  const { seq, seal } = start
  return { intact: true, complete: false, position: { seq, seal, acceptedUpTo: seq } }
}

/** Whether the log is broken at this event, regardless of the events before it. */
export async function isBrokenAt(deps: VerifyDeps, seq: number): Promise<boolean> {
  const [before] = seq > 1 ? await deps.auditEvents.since(seq - 2, 1) : []
  if (seq > 1 && before?.seq !== seq - 1) return false
  const verdict = await walkPage(deps, before ?? BEGINNING)
  return !verdict.intact && verdict.brokenAt === seq
}

async function walkPage(deps: VerifyDeps, from: LogPosition): Promise<LogVerdict> {
  // Read the head first: the pages cannot go beyond it, and every event that it counts must be
  // readable.
  const head = await deps.ledger.head()
  const events = await deps.auditEvents.since(from.seq === 0 ? BEFORE_ALL : from.seq, PAGE)
  let position = from
  for (const event of events) {
    const { seq } = position
    if (event.seq !== seq + 1) return { intact: false, brokenAt: seq + 1, why: 'missing' }
    if (!(await continues(deps, event, position.seal))) {
      const why = deps.seals.hasKeyOf(event.seal) ? 'altered' : 'key_missing'
      return { intact: false, brokenAt: event.seq, why }
    }
    position = { seq: event.seq, seal: event.seal, acceptedUpTo: from.acceptedUpTo }
  }
  if (events.length === PAGE) return { intact: true, complete: false, position }
  return atTheEnd(deps, head, position)
}

async function atTheEnd(
  deps: Pick<Deps, 'ledger'>,
  before: LedgerHead,
  position: LogPosition,
): Promise<LogVerdict> {
  const { seq, seal } = position
  if (before.seq > seq) return { intact: false, brokenAt: seq + 1, why: 'truncated' }
  // Events may have been added since that head was read; if it is still behind, the head was set
  // back.
  const head = before.seq === seq ? before : await deps.ledger.head()
  if (head.seq < seq || (head.seq === seq && head.seal !== seal)) {
    return { intact: false, brokenAt: seq, why: 'altered' }
  }
  return { intact: true, complete: true, position }
}

/** The anchors that the log lacks. */
export async function lostAnchors(
  deps: Pick<Deps, 'anchors' | 'auditEvents' | 'ledger' | 'now'>,
): Promise<KeptAnchor[]> {
  const anchors = await deps.anchors.all(deps.now())
  return anchors.length === 0 ? [] : lostOf(deps, anchors, await deps.ledger.head())
}

/** Anchors that an administrator accepted as lost are no longer expected. */
async function checkAnchors(deps: AnchorDeps): Promise<Broken | null> {
  const anchors = await lostAnchors(deps)
  if (anchors.length === 0) return null
  const jobStates = await deps.jobStates.all()
  const accepted = databaseRestoreIn(jobStates) ? [] : lostBy(jobStates)
  const lost = anchors.filter((anchor) => !accepted.includes(markOf(anchor)))
  if (lost.length === 0) return null
  return { intact: false, brokenAt: Math.min(...lost.map((a) => a.seq)), why: 'not_anchored' }
}
