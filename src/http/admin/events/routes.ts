import { findEventsHealth } from '../../../actions/events/describe-events.ts'
import { resendEvents } from '../../../actions/events/resend-events.ts'
import { sendTestEvent } from '../../../actions/events/send-test-event.ts'
import type { AppContext } from '../../../web/app-env.ts'
import { readOptionalJson } from '../shared/json.ts'
import { refuseQuery } from '../shared/nothing.ts'
import { problem } from '../shared/problems.ts'
import type { AdminRoute } from '../shared/route.ts'
import { eventsWebhookBody, resentBody } from './body.ts'
import { resendSchema, testEventSchema } from './requests.ts'
import type { TestEventResponse } from './response.ts'

async function show(c: AppContext) {
  refuseQuery(c)
  return c.json(eventsWebhookBody(await findEventsHealth(c.var.deps)))
}

async function test(c: AppContext) {
  readOptionalJson(c, testEventSchema)
  const delivery = await sendTestEvent(c.var.deps)
  const body: TestEventResponse = { accepted: true }
  if (delivery.outcome === 'accepted') return c.json(body)
  const detail = `The receiver did not accept the test event: ${delivery.detail}.`
  return problem(c, 'event_failed', 502, 'The event was not accepted', detail)
}

async function resend(c: AppContext) {
  const { event_id: eventId } = readOptionalJson(c, resendSchema)
  return c.json(resentBody(await resendEvents(c.var.deps, eventId)))
}

export const eventsWebhookRoutes: AdminRoute[] = [
  { method: 'GET', path: '/events-webhook', right: 'clients:read', handle: show },
  { method: 'POST', path: '/events-webhook/test', right: 'person', handle: test },
  { method: 'POST', path: '/events-webhook/resend', right: 'person', handle: resend },
]
