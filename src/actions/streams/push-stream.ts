import type { AuditEvent } from '../../domain/audit.ts'
import type { Deps } from '../../domain/deps.ts'
import {
  type EventStream,
  isDownForLong,
  messageClaims,
  notTaken,
  PAUSED,
  PUSH_LEASE,
  type SecurityEvents,
} from '../../domain/event-stream.ts'
import type { EventDelivery } from '../../domain/events-webhook.ts'
import { type EventClaims, STREAM_UPDATED } from '../../domain/security-event.ts'
import { MINUTE, type Seconds } from '../../domain/time.ts'
import type { SigningKeyDeps } from '../keys/change-signing-keys.ts'
import { changeIfThere } from './change-stream.ts'
import { type Delivery, sealedFor } from './configured.ts'
import { eventSigner } from './event-keys.ts'
import { pendingIn, settled, WINDOW } from './pending.ts'

export type PushDeps = SigningKeyDeps & Pick<Deps, 'auditEvents' | 'issuer' | 'outboundUrlProblem'>

/** So long a run goes on pushing to one receiver: less than its lease. */
const PUSHING_MAX: Seconds = MINUTE
const LEASE_ID_LENGTH = 16
const MESSAGE_ID_LENGTH = 22

type Sent = { taken: Set<string>; problem: string | null }

/** One run: the stream that it claimed, its lease, where it pushes, and since when. */
type Run = {
  stream: EventStream
  lease: string
  delivery: Delivery | null
  began: Seconds
}

/**
 * Pushes up to `limit` tokens of a stream (RFC 8935); with 0, one message alone. One follows the other: none
 * is sent before the receiver has accepted the one before it. Only the run that holds the lease pushes.
 */
export async function pushStream(
  deps: PushDeps,
  on: SecurityEvents,
  stream: EventStream,
  limit: number,
): Promise<void> {
  const began = deps.now()
  const lease = deps.random(LEASE_ID_LENGTH)
  const claim = { ...stream, lease, dueAt: began + PUSH_LEASE }
  if (!(await on.streams.claim(stream, claim, on.audience))) return
  const events = limit > 0 ? await deps.auditEvents.since(stream.seq, WINDOW) : []
  const pending = pendingIn(stream, events, deps.issuer).slice(0, limit || 1)
  const run = { stream, lease, delivery: await deliveryOf(on, stream), began }
  const sent = await pushEach(deps, on, run, pending)
  await release(deps, on, run, events, sent)
}

/** The header as it was given; null if it cannot be read, or was given for another URL. */
async function deliveryOf(
  { sealed }: SecurityEvents,
  { endpointUrl, authorization }: EventStream,
): Promise<Delivery | null> {
  if (authorization === null) return { endpointUrl, authorization }
  const opened = (await sealed.open(authorization)) as Delivery | null
  return opened?.endpointUrl === endpointUrl ? opened : null
}

async function pushEach(
  deps: PushDeps,
  on: SecurityEvents,
  run: Run,
  pending: EventClaims[],
): Promise<Sent> {
  const taken = new Set<string>()
  if (pending.length === 0) return { taken, problem: null }
  const sign = await eventSigner(deps, on)
  for (const claims of pending) {
    const isLong = deps.now() - run.began > PUSHING_MAX
    // The claim has said so of the first.
    if (isLong || (taken.size > 0 && !(await mayGoOn(on, run)))) break
    const answer = await pushOne(deps, on, run.delivery, await sign(claims))
    if (answer.outcome !== 'accepted') return { taken, problem: answer.detail }
    taken.add(claims.jti)
  }
  return { taken, problem: null }
}

/** The receiver may have paused or moved its stream since, or have been suspended: then it gets no more. */
function mayGoOn({ streams, audience }: SecurityEvents, { stream, lease }: Run): Promise<boolean> {
  return streams.isClaimed(stream, lease, audience)
}

async function pushOne(
  deps: PushDeps,
  { pusher }: SecurityEvents,
  delivery: Delivery | null,
  token: string,
): Promise<EventDelivery> {
  const url = delivery?.endpointUrl ?? null
  if (!delivery || url === null) return failed('its authorization_header cannot be read')
  // The rules may have become stricter since the URL was given.
  const problem = deps.outboundUrlProblem(url)
  if (problem !== null) return failed(`its URL ${problem}`)
  return pusher.send({ url, authorization: delivery.authorization ?? null, token })
}

function failed(detail: string): EventDelivery {
  return { outcome: 'failed', detail }
}

/** A receiver that has changed its delivery meanwhile has ended the lease, and gets the same tokens there. */
async function release(
  deps: PushDeps,
  on: SecurityEvents,
  run: Run,
  events: AuditEvent[],
  { taken, problem }: Sent,
): Promise<void> {
  const { stream, lease, delivery } = run
  const isDown = problem !== null && taken.size === 0 && isDownForLong(stream, deps.now())
  const isOver = isDown && (await mayGoOn(on, run))
  if (isOver) await tellPaused(deps, on, run)
  // Sealed anew each time, so that an older version of WRAPPING_KEY is soon needed no more.
  const authorization = delivery && (await sealedFor(on, delivery))
  await changeIfThere(deps, on, stream.clientId, stream.streamId, (current) => {
    if (current.lease !== lease) return current
    const failing = taken.size > 0 ? null : current.failing
    const held = { authorization: authorization ?? current.authorization, lease: null, failing }
    const next = { ...settled(current, events, taken, deps.issuer), ...held }
    if (isOver) return { ...next, ...PAUSED, dueAt: null }
    if (problem !== null) return notTaken(next, problem, deps.now())
    return { ...next, failing: null, dueAt: deps.now() }
  })
}

/** SSF 1.0 §8.1.5: before this server pauses a stream by itself. */
async function tellPaused(deps: PushDeps, on: SecurityEvents, run: Run): Promise<void> {
  const at = deps.now()
  const message = { jti: deps.random(MESSAGE_ID_LENGTH), at, type: STREAM_UPDATED, content: PAUSED }
  const claims = messageClaims(deps.issuer, run.stream, message)
  await pushEach(deps, on, { ...run, began: at }, [claims])
}
