import type { AuditEvent } from '../../domain/audit.ts'
import type { Deps } from '../../domain/deps.ts'

/** The names of the clients and the actors of these events, by id. */
export async function namesFor(
  { auditEvents }: Pick<Deps, 'auditEvents'>,
  events: AuditEvent[],
): Promise<ReadonlyMap<string, string>> {
  const ids = events.flatMap(({ actor, clientId }) => (clientId ? [actor.id, clientId] : actor.id))
  return events.length === 0 ? new Map() : auditEvents.names([...new Set(ids)])
}
