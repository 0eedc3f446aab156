import type { Deps } from '../domain/ports.ts'
import type { Anchor } from '../domain/upkeep-ports.ts'
import { lostAnchors } from './verify-audit-log.ts'

/** Accepts the audit log as it is, after a restore: what it does not have is no longer asked of it. */
export async function acceptLog(
  deps: Pick<Deps, 'anchors' | 'auditEvents' | 'ledger' | 'now'>,
): Promise<Anchor> {
  const lost = await lostAnchors(deps)
  await deps.anchors.drop(lost.map(({ key }) => key))
  const head = await deps.ledger.head()
  const anchor = { seq: head.seq, seal: head.seal, at: deps.now() }
  await deps.anchors.keep(anchor, null)
  return anchor
}
