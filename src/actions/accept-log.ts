import { type Anchor, markOf } from '../domain/anchor.ts'
import { Refusal } from '../domain/errors.ts'
import type { Deps } from '../domain/ports.ts'
import { type AdminRequest, type CommitDeps, commitChange, eventBy } from './commit-change.ts'
import {
  beatBy,
  type Chores,
  LOST,
  lostBy,
  passBy,
  TAKEN_BACK,
  takenBackBy,
} from '../domain/taken-back.ts'
import type { Seconds } from '../domain/time.ts'
import { noticeRestore, shut } from './notice-restore.ts'
import { lostAnchors } from './verify-audit-log.ts'

type AcceptDeps = CommitDeps & Pick<Deps, 'anchors' | 'auditEvents' | 'chores' | 'closed'>

/**
 * Accepts the audit log as it is, after a restore: what it does not have is no longer asked of it. Not before a
 * pass through the denylist is done that has seen all: asked for on a server that is closed, one begins. Who
 * did so is in the log, committed before anything of it holds.
 */
export async function acceptLog(deps: AcceptDeps, request: AdminRequest): Promise<Anchor> {
  const now = deps.now()
  const chores = await noticed(deps, now)
  refuseWhileShut(chores)
  await noteAcceptance(deps, request)
  const lost = (await lostAnchors(deps)).map(markOf)
  const marks = [...new Set([...lostBy(chores), ...lost])]
  await deps.chores.note(new Map([[LOST, { ranAt: now, position: marks }]]))
  const before = chores.get(TAKEN_BACK)
  const after = { ranAt: now, position: null }
  if (before && !(await deps.chores.replace(TAKEN_BACK, before, after))) throw overtaken()
  const { seq, seal } = await deps.ledger.head()
  const anchor = { seq, seal, at: now }
  await deps.anchors.keep(anchor, null)
  return anchor
}

/** Sessions that ended since the restored moment would be open again: all end, and people sign in anew. */
function noteAcceptance(deps: AcceptDeps, request: AdminRequest): Promise<void> {
  return commitChange(deps, request, async () => ({
    result: undefined,
    events: [eventBy(request, 'audit_log.accepted', { type: 'audit_log', id: 'audit_log' })],
    writes: [{ kind: 'sessions_ended' }],
  }))
}

/** Whoever closed the server and accepts its log says that D1 was taken back, where nothing else does. */
async function noticed(deps: AcceptDeps, now: Seconds): Promise<Chores> {
  const chores = await noticeRestore(deps, await deps.anchors.seen(now), now)
  if (!deps.closed || takenBackBy(chores)) return chores
  return shut(deps, { lost: [], beat: beatBy(chores), known: chores }, now)
}

function refuseWhileShut(chores: Chores): void {
  if (!takenBackBy(chores)?.isShut) return
  const pass = passBy(chores)
  const far = pass ? `${pass.entries} entries so far` : 'it begins with the next run of the cron'
  throw new Refusal(
    'conflict',
    `The denylist is being compared with the database: ${far}. Accept the log when /health says that it is done.`,
  )
}

function overtaken(): Refusal {
  return new Refusal('conflict', 'The database was taken back once more, just now: ask again.')
}
