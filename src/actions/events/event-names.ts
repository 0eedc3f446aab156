import { type AuditEvent, idsIn, type KnownNames } from '../../domain/audit.ts'
import type { Deps } from '../../domain/deps.ts'

/** The names in these events, by id. */
export async function namesFor(
  { auditEvents }: Pick<Deps, 'auditEvents'>,
  events: AuditEvent[],
): Promise<KnownNames> {
  return events.length === 0 ? new Map() : auditEvents.names(idsIn(events))
}
