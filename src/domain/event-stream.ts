import { EVENT_RETRY_MOST, retryWait } from './retry.ts'
import { EVENT_TYPES, type EventClaims } from './security-event.ts'
import type { EventDelivery } from './events-webhook.ts'
import type { SealedTexts } from './seal.ts'
import type { Signing } from './signing.ts'
import { DAY, MINUTE, type Seconds } from './time.ts'

// A stream of security events to one receiver (OpenID Shared Signals Framework 1.0), which is a client. The
// audit log is its outbox: the stream is a position in it.

export const STREAM_STATUSES = ['enabled', 'paused', 'disabled'] as const
export type StreamStatus = (typeof STREAM_STATUSES)[number]

/** An event about the stream itself; it is in no log. */
export type StreamMessage = { jti: string; at: Seconds; type: string; content: object }

export type EventStream = {
  streamId: string
  clientId: string
  /** The last event of the audit log that the receiver has, or that does not concern it. */
  seq: number
  /** When the next push is due; null while nothing is to be pushed. */
  dueAt: Seconds | null
  version: number
  description: string | null
  /** Null: all. */
  requested: string[] | null
  /** Null: the receiver polls. */
  endpointUrl: string | null
  /** The receiver's header, sealed together with the URL. */
  authorization: string | null
  status: StreamStatus
  reason: string | null
  /** The clients that the receiver has removed from the stream. */
  excluded: string[]
  /** Ids of tokens after the position that the receiver has acknowledged out of their order. */
  acked: string[]
  messages: StreamMessage[]
  verifiedAt: Seconds | null
  failing: { since: Seconds; attempts: number; detail: string } | null
  /** The run that pushes now. */
  lease: string | null
}

/** How the deliveries of one stream stand. */
export type StreamState = Pick<EventStream, 'clientId' | 'status' | 'reason' | 'failing'>

export interface EventStreams {
  /** The stream of a client that is there. */
  find(clientId: string): Promise<EventStream | null>
  /**
   * Moves a stream on, by what its receiver takes or does not take. Returns false, without any effect, if it
   * was changed since it was `before`. What a receiver decides changes through the ledger.
   */
  replace(before: EventStream, after: EventStream): Promise<boolean>
  /** The same for a run that begins to push; false, too, where the receiver may not be pushed to (`due`). */
  claim(before: EventStream, after: EventStream, audience: string): Promise<boolean>
  /** Whether the run of this lease may go on: no other has it, and the receiver may still be pushed to. */
  isClaimed(
    stream: Pick<EventStream, 'streamId'>,
    lease: string,
    audience: string,
  ): Promise<boolean>
  /** The streams whose receivers get nothing at present, by the client's id; `total` counts all. */
  ailing(limit: number): Promise<{ total: number; ailing: StreamState[] }>
  /**
   * The streams to push to now, those that wait longest first: something is pending, and the receiver is
   * neither suspended nor without a permission on `audience`.
   */
  due(now: Seconds, headSeq: number, audience: string, limit: number): Promise<EventStream[]>
}

/** One token to push. */
export type Push = { url: string; authorization: string | null; token: string }

export interface EventPusher {
  send(push: Push): Promise<EventDelivery>
}

/** Everything that streams need; there is none of it while they are off. */
export type SecurityEvents = {
  /** The audience of the tokens by which receivers call. */
  audience: string
  /** Keys for security event tokens alone: they verify no access token. */
  signing: Signing
  streams: EventStreams
  sealed: SealedTexts
  pusher: EventPusher
}

export const EXCLUDED_MAX = 1000
export const VERIFICATION_INTERVAL: Seconds = MINUTE
/** After so long without an accepted push the stream is paused; what happens meanwhile waits. */
const PAUSED_AFTER: Seconds = 7 * DAY
const MESSAGES_MAX = 10
/** Longer than a run pushes, however much clocks differ. */
export const PUSH_LEASE: Seconds = 15 * MINUTE

/** The types that are sent. */
export function deliveredBy({ requested }: Pick<EventStream, 'requested'>): string[] {
  return EVENT_TYPES.filter((type) => requested === null || requested.includes(type))
}

/** Due at once where it is pushed and enabled. */
export function scheduled(stream: EventStream, now: Seconds): EventStream {
  const isPushed = stream.endpointUrl !== null && stream.status === 'enabled'
  return { ...stream, dueAt: isPushed ? now : null, failing: null, lease: null }
}

/** With one more message; the oldest give way, so that no receiver can fill the database. */
export function withMessage(stream: EventStream, message: StreamMessage): EventStream {
  return { ...stream, messages: [...stream.messages, message].slice(-MESSAGES_MAX) }
}

export function notTaken(stream: EventStream, detail: string, now: Seconds): EventStream {
  const { since = now, attempts = 0 } = stream.failing ?? {}
  const dueAt = now + retryWait(attempts, EVENT_RETRY_MOST)
  return { ...stream, dueAt, failing: { since, attempts: attempts + 1, detail } }
}

export function isDownForLong({ failing }: EventStream, now: Seconds): boolean {
  return failing !== null && now - failing.since >= PAUSED_AFTER
}

/** The status of a stream that this server pauses by itself. */
export const PAUSED = {
  status: 'paused',
  reason: `No push was accepted for ${PAUSED_AFTER / DAY} days.`,
} as const

export function messageClaims(
  issuer: string,
  { streamId, clientId }: EventStream,
  { jti, at, type, content }: StreamMessage,
): EventClaims {
  const sub_id = { format: 'opaque', id: streamId } as const
  return { iss: issuer, aud: clientId, iat: at, jti, sub_id, events: { [type]: content } }
}
