import { type AuditEvent, type LedgerHead, sealedText } from '../domain/audit.ts'
import type { Deps } from '../domain/ports.ts'

export type LogVerdict =
  | { intact: true; events: number }
  | { intact: false; brokenAt: number; why: 'missing' | 'altered' | 'truncated' }

const PAGE = 500

/** Before the first event there is: one that was put there shows as well. */
const BEGINNING = Number.MIN_SAFE_INTEGER

/** Walks the whole audit log: each event must continue the one before it, the last reach the head. */
export async function verifyAuditLog(
  deps: Pick<Deps, 'auditEvents' | 'ledger' | 'seals'>,
): Promise<LogVerdict> {
  let [seq, seal, from] = [0, '', BEGINNING]
  for (;;) {
    // The head first: what was walked is not beyond it, and what it counts is there to be read.
    const head = await deps.ledger.head()
    const page = await deps.auditEvents.since(from, PAGE)
    if (page.length === 0) return atTheEnd(head, seq, seal)
    for (const event of page) {
      if (event.seq !== seq + 1) return { intact: false, brokenAt: seq + 1, why: 'missing' }
      if (!(await continues(deps, event, seal))) {
        return { intact: false, brokenAt: event.seq, why: 'altered' }
      }
      ;[seq, seal, from] = [event.seq, event.seal, event.seq]
    }
  }
}

function atTheEnd(head: LedgerHead, seq: number, seal: string): LogVerdict {
  if (head.seq > seq) return { intact: false, brokenAt: seq + 1, why: 'truncated' }
  if (head.seq < seq || head.seal !== seal) return { intact: false, brokenAt: seq, why: 'altered' }
  return { intact: true, events: seq }
}

function continues(deps: Pick<Deps, 'seals'>, event: AuditEvent, previousSeal: string) {
  const { seal, ...unsealed } = event
  return deps.seals.verify(sealedText(unsealed, previousSeal), seal)
}
