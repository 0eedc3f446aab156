import type { Deps } from '../domain/ports.ts'
import type { Anchor } from '../domain/upkeep-ports.ts'
import { type AdminRequest, type CommitDeps, commitChange, eventBy } from './commit-change.ts'
import { lostAnchors } from './verify-audit-log.ts'

type AcceptDeps = CommitDeps & Pick<Deps, 'anchors' | 'auditEvents'>

/**
 * Accepts the audit log as it is, after a restore: what it does not have is no longer asked of it. Who did
 * so is its first event from then on, committed before any anchor is dropped.
 */
export async function acceptLog(deps: AcceptDeps, request: AdminRequest): Promise<Anchor> {
  await noteAcceptance(deps, request)
  const lost = await lostAnchors(deps)
  await deps.anchors.drop(lost.map(({ key }) => key))
  const head = await deps.ledger.head()
  const anchor = { seq: head.seq, seal: head.seal, at: deps.now() }
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
