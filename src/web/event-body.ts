import type { AuditEvent } from '../domain/audit.ts'
import { isoTime } from '../domain/time.ts'
import type { EventResponse } from './event-response.ts'

/** An audit event as JSON, for the admin API and exports. */
export function eventBody(event: AuditEvent): EventResponse {
  return {
    event_id: event.eventId,
    at: isoTime(event.at),
    action: event.action,
    actor: event.actor,
    client_id: event.clientId,
    target: event.target,
    reason: event.reason,
    changes: event.changes,
    request_id: event.requestId,
  }
}
