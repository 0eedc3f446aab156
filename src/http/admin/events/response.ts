import * as v from 'valibot'
import { EVENTS_FORMATS } from '../../../domain/events-webhook.ts'
import { count, textOrNull, time, timeOrNull } from '../../response-fields.ts'

const failedEvent = v.strictObject({
  at: time,
  event_id: v.string(),
  type: v.string(),
  problem: v.string(),
})

export const eventsWebhookResponse = v.strictObject({
  configured: v.boolean(),
  format: v.nullable(v.picklist(EVENTS_FORMATS)),
  host: textOrNull,
  begun_at: timeOrNull,
  pending: count,
  oldest_pending_at: timeOrNull,
  failing_since: timeOrNull,
  next_attempt_at: timeOrNull,
  last_failures: v.array(failedEvent),
  set_aside: v.array(failedEvent),
})

export const testEventResponse = v.strictObject({ accepted: v.literal(true) })

export const resentResponse = v.strictObject({
  results: v.array(
    v.strictObject({
      event_id: v.string(),
      type: v.string(),
      accepted: v.boolean(),
      problem: textOrNull,
    }),
  ),
})

export type EventsWebhookResponse = v.InferOutput<typeof eventsWebhookResponse>
export type TestEventResponse = v.InferOutput<typeof testEventResponse>
export type ResentResponse = v.InferOutput<typeof resentResponse>
