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
  const tokensOf = new Map(events.map((event) => [event, claimsFor(stream, event, issuer)]))
  const first = events.findIndex((event) => !tokensOf.get(event)?.every(isDone))
  const behind = first === -1 ? [] : events.slice(first)
  const acked = behind.flatMap((event) => tokensOf.get(event)?.filter(isDone) ?? [])
  return {
    ...stream,
    seq: (first === -1 ? events.at(-1)?.seq : events[first - 1]?.seq) ?? stream.seq,
    acked: acked.map(({ jti }) => jti),
    messages: stream.messages.filter(({ jti }) => !taken.has(jti)),
  }
}

function claimsFor(stream: EventStream, event: AuditEvent, issuer: string): EventClaims[] {
  if (event.clientId !== null && stream.excluded.includes(event.clientId)) return []
  const types = deliveredBy(stream)
  return eventClaimsOf(event, { issuer, audience: stream.clientId }).filter(({ events }) =>
    Object.keys(events).some((type) => types.includes(type)),
  )
}
