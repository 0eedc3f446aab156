import type { AuditEvent } from '../../domain/audit.ts'
import { deliveredBy, type EventStream, messageClaims } from '../../domain/event-stream.ts'
import { type EventClaims, eventClaimsOf } from '../../domain/security-event.ts'

/** Events that are read at once; ids that were acknowledged out of order are kept for so many at most. */
export const WINDOW = 100

/** Makes the tokens that the stream has still to send of these events, in the order of the log. */
export function pendingIn(stream: EventStream, events: AuditEvent[], issuer: string) {
  const messages = stream.messages.map((message) => messageClaims(issuer, stream, message))
  const tokens = events.flatMap((event) => claimsFor(stream, event, issuer))
  return [...messages, ...tokens.filter(({ jti }) => !stream.acked.includes(jti))]
}

/**
 * The stream when the receiver has these tokens: its position moves up to the first event of which
 * something is pending. An id that was acknowledged before, or is none of these events', changes nothing.
 */
export function settled(
  stream: EventStream,
  events: AuditEvent[],
  taken: Set<string>,
  issuer: string,
): EventStream {
  const isDone = ({ jti }: EventClaims) => taken.has(jti) || stream.acked.includes(jti)
  const tokens = events.map((event) => claimsFor(stream, event, issuer))
  const first = tokens.findIndex((ofEvent) => !ofEvent.every(isDone))
  const behind = tokens.slice(first === -1 ? tokens.length : first)
  const acked = behind.flat().filter(isDone)
  // Nothing was read of the log: a message alone was sent.
  const kept = events.length === 0 ? stream.acked : acked.map(({ jti }) => jti)
  return {
    ...stream,
    seq: (first === -1 ? events.at(-1)?.seq : events[first - 1]?.seq) ?? stream.seq,
    acked: kept,
    messages: stream.messages.filter(({ jti }) => !taken.has(jti)),
  }
}

function claimsFor(stream: EventStream, event: AuditEvent, issuer: string): EventClaims[] {
  if (stream.excluded.some((clientId) => clientId === event.clientId)) return []
  const types = deliveredBy(stream)
  return eventClaimsOf(event, { issuer, audience: stream.clientId }).filter(({ events }) =>
    types.some((type) => type in events),
  )
}
