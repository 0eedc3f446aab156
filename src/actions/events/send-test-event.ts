import { Refusal } from '../../domain/errors.ts'
import type { EventDelivery, EventsWebhook } from '../../domain/events-webhook.ts'
import type { Deps } from '../../domain/deps.ts'

type TestDeps = Pick<Deps, 'now' | 'random'>

const ID_LENGTH = 22

export function sendTestMessage(deps: TestDeps, webhook: EventsWebhook): Promise<EventDelivery> {
  const id = `test_${deps.random(ID_LENGTH)}`
  return webhook.send({ kind: 'test', id, at: deps.now() })
}

/** Sends a test event to the configured receiver; it is in no log, and waits for no other event. */
export function sendTestEvent(
  deps: TestDeps & Pick<Deps, 'eventsWebhook'>,
): Promise<EventDelivery> {
  return sendTestMessage(deps, configuredWebhook(deps))
}

/** @throws Refusal while events are off */
export function configuredWebhook({ eventsWebhook }: Pick<Deps, 'eventsWebhook'>): EventsWebhook {
  if (eventsWebhook) return eventsWebhook
  throw new Refusal('conflict', 'Events go nowhere: set EVENTS_WEBHOOK_URL first.')
}
