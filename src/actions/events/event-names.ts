import { type AuditEvent, namedIn, type KnownNames } from '../../domain/audit.ts'
import type { Deps } from '../../domain/deps.ts'

/** The names in these events. */
export async function namesFor(
  { auditEvents }: Pick<Deps, 'auditEvents'>,
  events: AuditEvent[],
): Promise<KnownNames> {
  return events.length === 0 ? new Map() : auditEvents.names(namedIn(events))
}
