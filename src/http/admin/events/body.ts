import type { EventsHealth } from '../../../actions/events/describe-events.ts'
import type { Resent } from '../../../actions/events/resend-events.ts'
import type { FailedEvent } from '../../../domain/event-delivery.ts'
import { isoTime } from '../../../domain/time.ts'
import { isoTimeOrNull } from '../shared/times.ts'
import type { EventsWebhookResponse, ResentResponse } from './response.ts'

export function eventsWebhookBody(health: EventsHealth): EventsWebhookResponse {
  return {
    configured: health.webhook !== null,
    format: health.webhook?.format ?? null,
    host: health.webhook?.host ?? null,
    begun_at: isoTimeOrNull(health.begunAt),
    pending: health.pending,
    oldest_pending_at: isoTimeOrNull(health.oldestAt),
    failing_since: isoTimeOrNull(health.failingSince),
    next_attempt_at: isoTimeOrNull(health.retryAt),
    last_failures: health.failures.map(failedBody),
    set_aside: health.setAside.map(failedBody),
  }
}

function failedBody({ at, eventId, type, detail }: FailedEvent) {
  return { at: isoTime(at), event_id: eventId, type, problem: detail }
}

export function resentBody(resent: Resent[]): ResentResponse {
  const results = resent.map(({ eventId, type, delivery }) => ({
    event_id: eventId,
    type,
    accepted: delivery.outcome === 'accepted',
    problem: delivery.outcome === 'accepted' ? null : delivery.detail,
  }))
  return { results }
}
