import type { JobStates } from '../../domain/job.ts'
import { type Anchor, markOf } from '../../domain/anchor.ts'
import { Refusal } from '../../domain/errors.ts'
import type { Write } from '../../domain/ledger.ts'
import type { Deps } from '../../domain/deps.ts'
import {
  type AdminRequest,
  type CommitDeps,
  commitChange,
  eventBy,
} from '../changes/commit-change.ts'
import {
  beatBy,
  LOST,
  lostBy,
  passBy,
  DATABASE_RESTORED,
  databaseRestoreIn,
} from '../../domain/database-restore.ts'
import type { Seconds } from '../../domain/time.ts'
import { countedInWords } from '../../domain/count.ts'
import { noticeRestore, shut } from './notice-restore.ts'
import { acceptedBreak } from './accepted-start.ts'
import { isBrokenAt, lostAnchors, VERIFICATION } from './verify-audit-log.ts'

type ReAnchorDeps = CommitDeps &
  Pick<Deps, 'anchors' | 'auditEvents' | 'jobStates' | 'closed' | 'keyVersions' | 'statusLists'>

/**
 * Accepts the audit log as it is after a restore: anchors that it lacks are no longer expected.
 * This requires a finished pass through the denylist that has seen everything; requested on a
 * closed server, it starts one. Who accepted is recorded in the log, committed before any of it
 * takes effect.
 *
 * `brokenAt` also accepts a break at that event, for example because the key that sealed it is
 * lost: from the acceptance's event on, the log is verified again.
 */
export async function reAnchorAuditLog(
  deps: ReAnchorDeps,
  request: AdminRequest,
  brokenAt: number | null = null,
): Promise<Anchor> {
  const now = deps.now()
  const jobStates = await noticed(deps, now)
  refuseWhileShut(jobStates)
  await noteAcceptance(deps, request, brokenAt)
  const lost = (await lostAnchors(deps)).map(markOf)
  const marks = [...new Set([...lostBy(jobStates), ...lost])]
  await deps.jobStates.note(
    new Map([
      [LOST, { ranAt: now, position: marks }],
      // Makes the next run of the cron report the state of the log.
      [VERIFICATION, { ranAt: 0, position: null }],
    ]),
  )
  const before = jobStates.get(DATABASE_RESTORED)
  const after = { ranAt: now, position: null }
  if (before && !(await deps.jobStates.replace(DATABASE_RESTORED, before, after))) throw overtaken()
  const { seq, seal } = await deps.ledger.head()
  const anchor = { seq, seal, at: now }
  await deps.anchors.keep(anchor, null)
  return anchor
}

/**
 * Sessions that ended after the restored moment would be open again: all of them end, and people
 * sign in anew.
 */
function noteAcceptance(
  deps: ReAnchorDeps,
  request: AdminRequest,
  brokenAt: number | null,
): Promise<void> {
  return commitChange(deps, request, async () => {
    const event = eventBy(request, 'audit_log.accepted', { type: 'audit_log', id: 'audit_log' })
    const changes = brokenAt === null ? undefined : await confirmedBreak(deps, brokenAt)
    const writes: Write[] = [{ kind: 'sessions_ended' }]
    if (brokenAt !== null) writes.push(keptVersions(deps))
    return { result: undefined, events: [{ ...event, changes }], writes }
  })
}

/** Removes the lost versions from those still needed: their seals can no longer be verified. */
function keptVersions({ keyVersions }: ReAnchorDeps): Write {
  const versions = keyVersions.find(({ name }) => name === 'AUDIT_KEY')?.versions ?? []
  return { kind: 'seal_versions_kept', versions }
}

async function confirmedBreak(deps: ReAnchorDeps, brokenAt: number) {
  // No other change can come between: the commit would be refused.
  const { seal } = await deps.ledger.head()
  if (await isBrokenAt(deps, brokenAt)) return acceptedBreak(brokenAt, seal)
  throw new Refusal(
    'conflict',
    `The log is not broken at event ${brokenAt}. GET this address: broken_at says where it is.`,
  )
}

/**
 * An administrator who closed the server and accepts its log declares that the database was
 * restored, if nothing else shows it.
 */
async function noticed(deps: ReAnchorDeps, now: Seconds): Promise<JobStates> {
  const jobStates = await noticeRestore(deps, await deps.anchors.seen(now), now)
  if (!deps.closed || databaseRestoreIn(jobStates)) return jobStates
  return shut(deps, { lost: [], beat: beatBy(jobStates), known: jobStates, since: 0 }, now)
}

function refuseWhileShut(jobStates: JobStates): void {
  if (!databaseRestoreIn(jobStates)?.isShut) return
  const pass = passBy(jobStates)
  const far = pass
    ? `${countedInWords(pass.entries, 'entry', 'entries')} so far`
    : 'it begins with the next run of the cron'
  throw new Refusal(
    'conflict',
    `The denylist is being compared with the database: ${far}. Accept the log when /health says that it is done.`,
  )
}

function overtaken(): Refusal {
  return new Refusal(
    'conflict',
    'The database was restored again just now: send the request again.',
  )
}
