import { type AuditEvent, type FieldChanges, sealedText } from '../../domain/audit.ts'
import type { Deps } from '../../domain/deps.ts'

type StartDeps = Pick<Deps, 'auditEvents' | 'seals'>

/** Acceptances are rare: looking through this many of the newest is enough. */
const ACCEPTANCES = 50

/**
 * The fields of an acceptance's event: where the break is, and the seal that the event continues.
 */
export function acceptedBreak(brokenAt: number, previousSeal: string): FieldChanges {
  return {
    broken_at: { from: brokenAt, to: null },
    continues: { from: null, to: previousSeal },
  }
}

/**
 * The event by which an administrator accepted that the log is broken at this place; null if there
 * is none. It proves itself, because its seal covers its content. A break anywhere else still
 * counts, so an acceptance cannot hide manipulation of the events before it.
 */
export async function acceptedStart(deps: StartDeps, brokenAt: number): Promise<AuditEvent | null> {
  const filter = { clientId: null, action: 'audit_log.accepted' as const, after: null }
  for (const event of await deps.auditEvents.list({ ...filter, limit: ACCEPTANCES })) {
    const isOfIt = event.seq > brokenAt && event.changes?.['broken_at']?.from === brokenAt
    if (!isOfIt || !(await continues(deps, event, sealItContinues(event)))) continue
    return event
  }
  return null
}

export function continues(deps: Pick<Deps, 'seals'>, event: AuditEvent, previousSeal: string) {
  const { seal, ...unsealed } = event
  return deps.seals.verify(sealedText(unsealed, previousSeal), seal)
}

function sealItContinues({ changes }: AuditEvent): string {
  const said = changes?.['continues']?.to
  return typeof said === 'string' ? said : ''
}
