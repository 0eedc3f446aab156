import { type AuditEvent, sealedText } from '../domain/audit.ts'
import type { Deps } from '../domain/ports.ts'

export type LogVerdict =
  | { intact: true; events: number }
  | { intact: false; brokenAt: number; why: 'missing' | 'altered' | 'truncated' }

const PAGE = 500

/** Walks the whole audit log: each event must continue the one before it, the last reach the head. */
export async function verifyAuditLog(
  deps: Pick<Deps, 'auditEvents' | 'ledger' | 'seals'>,
): Promise<LogVerdict> {
  const head = await deps.ledger.head()
  let [seq, seal] = [0, '']
  while (seq < head.seq) {
    const page = await deps.auditEvents.since(seq, PAGE)
    if (page.length === 0) return { intact: false, brokenAt: seq + 1, why: 'truncated' }
    for (const event of page) {
      if (event.seq !== seq + 1) return { intact: false, brokenAt: seq + 1, why: 'missing' }
      if (!(await continues(deps, event, seal))) {
        return { intact: false, brokenAt: event.seq, why: 'altered' }
      }
      ;[seq, seal] = [event.seq, event.seal]
      if (seq === head.seq) break
    }
  }
  if (seal !== head.seal) return { intact: false, brokenAt: seq, why: 'altered' }
  return { intact: true, events: seq }
}

function continues(deps: Pick<Deps, 'seals'>, event: AuditEvent, previousSeal: string) {
  const { seal, ...unsealed } = event
  return deps.seals.verify(sealedText(unsealed, previousSeal), seal)
}
