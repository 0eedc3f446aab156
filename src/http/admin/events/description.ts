import { conflict, type Description } from '../../reference/description.ts'
import { resendSchema, testEventSchema } from './requests.ts'
import { eventsWebhookResponse, resentResponse, testEventResponse } from './response.ts'

const OFF = conflict('EVENTS_WEBHOOK_URL is not set.')

export const events: Description = {
  tag: 'Events',
  about: 'A webhook that gets every audit event (docs/events.md).',
  responses: { EventsWebhook: eventsWebhookResponse },
  examples: {
    EventsWebhook: {
      configured: true,
      format: 'standard',
      host: 'siem.example.com',
      begun_at: '2026-11-28T09:00:00Z',
      pending: 3,
      oldest_pending_at: '2026-11-29T22:14:03Z',
      failing_since: '2026-11-29T22:15:01Z',
      next_attempt_at: '2026-11-29T22:30:01Z',
      last_failures: [
        {
          at: '2026-11-29T22:22:01Z',
          event_id: 'evt_3Wq8mZr1Tn0cVb7LwKs4Yd',
          type: 'client.suspended',
          problem: 'status 503',
        },
      ],
      set_aside: [],
    },
  },
  fields: {
    begun_at: 'Earlier events are not sent; null until the cron has begun.',
    set_aside: 'Refused by the receiver for so long that later events were sent without them.',
  },
  operations: {
    'GET /events-webhook': {
      id: 'getEventsWebhook',
      does: 'See how the delivery of events stands',
      answers: {
        200: { what: 'What is configured, waits and failed.', schema: eventsWebhookResponse },
      },
    },
    'POST /events-webhook/test': {
      id: 'sendTestEvent',
      does: 'Send a test event',
      body: { schema: testEventSchema, optional: true },
      answers: { 200: { what: 'The receiver accepted it.', schema: testEventResponse } },
      refusals: { ...OFF, 502: { shared: 'EventFailed' } },
    },
    'POST /events-webhook/resend': {
      id: 'resendEvents',
      does: 'Resend events that were set aside',
      more: 'One, or the oldest ten, up to the first that is not accepted.',
      body: { schema: resendSchema, optional: true },
      answers: { 200: { what: 'The result of each.', schema: resentResponse } },
      refusals: { ...OFF, 404: { shared: 'NotFound' } },
    },
  },
}
