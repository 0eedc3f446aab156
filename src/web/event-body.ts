import { type AuditEvent, clientOf, type KnownNames, nameKey } from '../domain/audit.ts'
import { isoTime } from '../domain/time.ts'
import type { EventResponse } from './event-response.ts'

/** An audit event as JSON, for the admin API and exports; with the names that are known. */
export function eventBody(event: AuditEvent, names?: KnownNames): EventResponse {
  return {
    event_id: event.eventId,
    at: isoTime(event.at),
    action: event.action,
    actor: { ...event.actor, ...named(event.actor, names) },
    client_id: event.clientId,
    client_name: named(clientOf(event.clientId ?? ''), names).name,
    target: { ...event.target, ...named(event.target, names) },
    reason: event.reason,
    changes: event.changes,
    request_id: event.requestId,
  }
}

/** `removed` is there where the name is the last one of what is gone. */
function named(
  one: { type: string; id: string },
  names: KnownNames | undefined,
): { name?: string; removed?: true } {
  const known = names?.get(nameKey(one))
  return known ? { name: known.name, ...(known.isGone && { removed: true }) } : {}
}
