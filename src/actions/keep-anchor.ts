import type { LedgerHead } from '../domain/audit.ts'
import type { Deps } from '../domain/ports.ts'
import type { Anchor } from '../domain/upkeep-ports.ts'
import { MINUTE, type Seconds } from '../domain/time.ts'
import { noteTakenBack, type Round } from './house-round.ts'

type AnchorDeps = Pick<Deps, 'anchors' | 'auditEvents' | 'ledger' | 'now'>

/** KV's Free plan has 1,000 writes a day. */
const PERIOD: Seconds = 5 * MINUTE

/**
 * Keeps where the audit log ends outside its database. Where the log does not have what the last
 * anchor says, D1 is older than it was, or another: the anchor stays, and the denylist is looked
 * through at once for what D1 no longer knows. Whether a new one was kept.
 */
export async function keepAnchor(deps: AnchorDeps, round: Round): Promise<boolean> {
  const anchor = await deps.anchors.latest()
  // After the anchor: the log only grows.
  const head = await deps.ledger.head()
  const isTakenBack = anchor !== null && !(await contains(deps, head, anchor))
  noteTakenBack(round, isTakenBack)
  const isRecent = anchor !== null && anchor.at > round.now - PERIOD
  if (isTakenBack || isRecent || head.seq === (anchor?.seq ?? 0)) return false
  await deps.anchors.keep({ seq: head.seq, seal: head.seal, at: round.now }, anchor)
  return true
}

async function contains(deps: AnchorDeps, head: LedgerHead, anchor: Anchor): Promise<boolean> {
  if (head.seq < anchor.seq) return false
  if (head.seq === anchor.seq) return head.seal === anchor.seal
  return (await deps.auditEvents.seals([anchor.seq])).get(anchor.seq) === anchor.seal
}
