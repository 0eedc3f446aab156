import type { AuditEvent } from './audit.ts'
import type { EventDelivery } from './events-webhook.ts'
import { EVENT_RETRY_MOST, retryWait } from './retry.ts'
import { CLOCK_SKEW, DAY, HOUR, MINUTE, type Seconds } from './time.ts'

// How far the audit log was handed to the receiver of events. The log itself is the outbox: an event is
// in it with the change that it tells of, and stays.

/** The name of the job state that this is kept in. */
export const EVENTS = 'events'

/** An attempt that failed: what became of which event. */
export type FailedEvent = { at: Seconds; eventId: string; type: string; detail: string }

/** An event that the receiver refused for so long that later ones were sent without it. */
export type SetAside = FailedEvent & { seq: number }

export type EventDeliveryState = {
  /** When events were switched on. */
  since: Seconds
  /** The last event that was accepted or set aside. */
  seq: number
  /** The run that sends now, and until when no other does. */
  lease: { id: string; until: Seconds } | null
  /** Null if the last attempt was accepted. `refusedSince`: since when the next event is refused. */
  failing: {
    since: Seconds
    attempts: number
    retryAt: Seconds
    refusedSince: Seconds | null
  } | null
  /** The last few, newest first. */
  failures: FailedEvent[]
  setAside: SetAside[]
}

/** So long a run may go on sending: less than its lease, however much clocks differ. */
export const SENDING_MAX: Seconds = 2 * MINUTE
const LEASE: Seconds = SENDING_MAX + MINUTE + CLOCK_SKEW

const FAILURES_KEPT = 5

/** A refused event is set aside after this long, if the receiver accepts a test event. */
export const SET_ASIDE_AFTER: Seconds = HOUR
/** After this long it is set aside whatever the receiver answers to a test event. */
export const SET_ASIDE_ANYWAY: Seconds = DAY
/** With so many set aside none is any more: the receiver is wrong, and later events wait. */
const SET_ASIDE_MAX = 100

/** Delivery begins after this event. */
export function beginningAt(seq: number, since: Seconds): EventDeliveryState {
  return { since, seq, lease: null, failing: null, failures: [], setAside: [] }
}

/** Whether no other run is sending, and it is time for another attempt. */
export function maySend({ lease, failing }: EventDeliveryState, now: Seconds): boolean {
  // A time further ahead than any that is set comes from a clock that was wrong.
  const isLeased = lease !== null && now < lease.until && lease.until <= now + LEASE
  const waits =
    failing !== null && now < failing.retryAt && failing.retryAt <= now + EVENT_RETRY_MOST
  return !isLeased && !waits
}

export function leased(state: EventDeliveryState, id: string, now: Seconds): EventDeliveryState {
  return { ...state, lease: { id, until: now + LEASE } }
}

export function accepted(state: EventDeliveryState, { seq }: AuditEvent): EventDeliveryState {
  return { ...state, seq, failing: null }
}

export function notAccepted(
  state: EventDeliveryState,
  event: AuditEvent,
  { outcome, detail }: Exclude<EventDelivery, { outcome: 'accepted' }>,
  now: Seconds,
): EventDeliveryState {
  const { since = now, attempts = 0, refusedSince = null } = state.failing ?? {}
  const wait = retryWait(attempts, EVENT_RETRY_MOST)
  const failure = { at: now, eventId: event.eventId, type: event.action, detail }
  return {
    ...state,
    failing: {
      since,
      attempts: attempts + 1,
      retryAt: now + wait,
      refusedSince: refusedSince ?? (outcome === 'refused' ? now : null),
    },
    failures: [failure, ...state.failures].slice(0, FAILURES_KEPT),
  }
}

/** Whether the event that was refused just now has been for so long. */
export function isRefusedFor(state: EventDeliveryState, period: Seconds, now: Seconds): boolean {
  const since = state.failing?.refusedSince ?? null
  return since !== null && now - since >= period && state.setAside.length < SET_ASIDE_MAX
}

/** Goes on after the event that was refused last. */
export function settingAside(state: EventDeliveryState, { seq }: AuditEvent): EventDeliveryState {
  const last = state.failures[0]
  const setAside = last ? [...state.setAside, { ...last, seq }] : state.setAside
  return { ...state, seq, failing: null, setAside }
}
