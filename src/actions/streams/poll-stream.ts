import { Refusal } from '../../domain/errors.ts'
import type { EventStream, SecurityEvents } from '../../domain/event-stream.ts'
import { changeStream } from './change-stream.ts'
import { eventSigner } from './event-keys.ts'
import { pendingIn, settled, WINDOW } from './pending.ts'
import type { PushDeps } from './push-stream.ts'

export type Poll = { taken: Set<string>; max: number }

export type Polled = { sets: Record<string, string>; moreAvailable: boolean }

/**
 * Answers a poll (RFC 8936) at once, whether anything is pending or not. A token is sent with every poll
 * until it is acknowledged, or reported as one that the receiver cannot take.
 */
export async function pollStream(
  deps: PushDeps,
  on: SecurityEvents,
  { clientId, streamId }: Pick<EventStream, 'clientId' | 'streamId'>,
  { taken, max }: Poll,
): Promise<Polled> {
  let events: Awaited<ReturnType<PushDeps['auditEvents']['since']>> = []
  const stream = await changeStream(deps, on, clientId, streamId, async (before) => {
    if (before.endpointUrl !== null)
      throw new Refusal('invalid_request', 'This stream is delivered by push.')
    events = await deps.auditEvents.since(before.seq, WINDOW)
    const after = settled(before, events, taken, deps.issuer)
    return isSame(before, after) ? before : after
  })
  if (stream.status !== 'enabled') return { sets: {}, moreAvailable: false }
  const rest = events.filter(({ seq }) => seq > stream.seq)
  const pending = pendingIn(stream, rest, deps.issuer)
  const moreAvailable = pending.length > max || events.length === WINDOW
  const sets = await signed(deps, on, pending.slice(0, max))
  return { sets, moreAvailable }
}

function isSame(a: EventStream, b: EventStream): boolean {
  const isBehind = a.seq === b.seq && a.acked.length === b.acked.length
  return isBehind && a.messages.length === b.messages.length
}

async function signed(
  deps: PushDeps,
  on: SecurityEvents,
  pending: ReturnType<typeof pendingIn>,
): Promise<Record<string, string>> {
  if (pending.length === 0) return {}
  const sign = await eventSigner(deps, on)
  const sets: Record<string, string> = {}
  for (const claims of pending) sets[claims.jti] = await sign(claims)
  return sets
}
