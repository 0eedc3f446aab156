import type { AuditEvent, KnownNames } from '../../domain/audit.ts'
import {
  accepted,
  type EventDeliveryState,
  EVENTS,
  isRefusedFor,
  leased,
  maySend,
  notAccepted,
  SENDING_MAX,
  SET_ASIDE_AFTER,
  SET_ASIDE_ANYWAY,
  settingAside,
} from '../../domain/event-delivery.ts'
import type { EventsWebhook } from '../../domain/events-webhook.ts'
import type { Deps } from '../../domain/deps.ts'
import type { JobState } from '../../domain/job.ts'
import { changeDelivery } from './delivery-state.ts'
import { namesFor } from './event-names.ts'
import { sendTestMessage } from './send-test-event.ts'

export type DeliveryDeps = Pick<Deps, 'auditEvents' | 'jobStates' | 'now' | 'random'>

const LEASE_ID_LENGTH = 16

/**
 * Hands the events after the last delivered one to the receiver, in the order of the log, at most
 * `limit` of them. Only the run that holds the lease sends. The position moves after the receiver has
 * accepted: a run that is killed in between has its events sent again, under the same ids.
 */
export async function deliverEvents(
  deps: DeliveryDeps,
  webhook: EventsWebhook,
  known: JobState,
  limit: number,
): Promise<void> {
  const began = deps.now()
  if (!maySend(known.position as EventDeliveryState, began)) return
  const id = deps.random(LEASE_ID_LENGTH)
  const before = leased(known.position as EventDeliveryState, id, began)
  const claim = { ranAt: began, position: before }
  if (!(await deps.jobStates.replace(EVENTS, known, claim))) return
  const events = await deps.auditEvents.since(before.seq, limit)
  const names = await namesFor(deps, events)
  let state = before
  for (const event of events) {
    if (deps.now() - began > SENDING_MAX) break
    state = await sendOne(deps, webhook, state, event, names)
    if (state.failing) break
  }
  await release(deps, id, { before, after: state }, claim)
}

async function sendOne(
  deps: DeliveryDeps,
  webhook: EventsWebhook,
  state: EventDeliveryState,
  event: AuditEvent,
  names: KnownNames,
): Promise<EventDeliveryState> {
  const delivery = await webhook.send({ kind: 'event', event, names })
  if (delivery.outcome === 'accepted') return accepted(state, event)
  const now = deps.now()
  const failed = notAccepted(state, event, delivery, now)
  if (delivery.outcome === 'failed' || !isRefusedFor(failed, SET_ASIDE_AFTER, now)) return failed
  const isTheEvent =
    isRefusedFor(failed, SET_ASIDE_ANYWAY, now) ||
    (await sendTestMessage(deps, webhook)).outcome === 'accepted'
  return isTheEvent ? settingAside(failed, event) : failed
}

/** Events that were set aside before may have been resent by a person meanwhile: those stay gone. */
async function release(
  deps: DeliveryDeps,
  id: string,
  { before, after }: { before: EventDeliveryState; after: EventDeliveryState },
  claim: JobState,
): Promise<void> {
  const added = after.setAside.slice(before.setAside.length)
  const change = (state: EventDeliveryState) =>
    state.lease?.id === id
      ? { ...after, lease: null, setAside: [...state.setAside, ...added] }
      : null
  await changeDelivery(deps, deps.now(), change, claim)
}
