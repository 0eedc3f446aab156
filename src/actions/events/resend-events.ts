import type { SetAside } from '../../domain/event-delivery.ts'
import { Refusal } from '../../domain/errors.ts'
import type { EventDelivery, EventsWebhook } from '../../domain/events-webhook.ts'
import type { Deps } from '../../domain/deps.ts'
import { changeDelivery, deliveryIn } from './delivery-state.ts'
import { namesFor } from './event-names.ts'
import { configuredWebhook } from './send-test-event.ts'

export type Resent = { eventId: string; type: string; delivery: EventDelivery }

/** So few that an answer does not take minutes. */
const AT_ONCE = 10

/**
 * Sends events that were set aside again, the oldest first, or one of them: up to the first that is not
 * accepted. Those that are accepted are no longer set aside.
 */
export async function resendEvents(
  deps: Pick<Deps, 'auditEvents' | 'eventsWebhook' | 'jobStates' | 'now'>,
  eventId: string | undefined,
): Promise<Resent[]> {
  const webhook = configuredWebhook(deps)
  const all = deliveryIn(await deps.jobStates.all())?.setAside ?? []
  const wanted = eventId === undefined ? all.slice(0, AT_ONCE) : all.filter(isEvent(eventId))
  if (eventId !== undefined && wanted.length === 0) {
    throw new Refusal('not_found', 'No event with this id is set aside.')
  }
  const resent: Resent[] = []
  for (const one of wanted) {
    const delivery = await resend(deps, webhook, one)
    resent.push({ eventId: one.eventId, type: one.type, delivery })
    if (delivery.outcome !== 'accepted') break
    await changeDelivery(deps, deps.now(), (state) => ({
      ...state,
      setAside: state.setAside.filter((other) => other.seq !== one.seq),
    }))
  }
  return resent
}

async function resend(
  deps: Pick<Deps, 'auditEvents'>,
  webhook: EventsWebhook,
  { seq }: SetAside,
): Promise<EventDelivery> {
  const [event] = await deps.auditEvents.since(seq - 1, 1)
  if (event?.seq !== seq) return { outcome: 'refused', detail: 'the audit log lacks this event' }
  return webhook.send({ kind: 'event', event, names: await namesFor(deps, [event]) })
}

function isEvent(eventId: string) {
  return (one: SetAside) => one.eventId === eventId
}
