import type { ConfirmRight } from '../../actions/changes/commit-change.ts'
import type { StreamRequest } from '../../actions/streams/commit-stream.ts'
import { Refusal } from '../../domain/errors.ts'
import type { SecurityEvents } from '../../domain/event-stream.ts'
import type { AppContext } from '../../web/app-env.ts'

/** A request of a receiver that has proven itself; `confirmRight` asks again, when a change is committed. */
export type Visit = {
  c: AppContext
  on: SecurityEvents
  clientId: string
  confirmRight: ConfirmRight
}

export function requestOf({ c, clientId, confirmRight }: Visit): StreamRequest {
  return { clientId, requestId: c.var.requestId, confirmRight }
}

export function onOf(c: AppContext): SecurityEvents {
  const on = c.var.deps.securityEvents
  if (on) return on
  throw new Refusal('not_found', 'Security events are off.')
}

export function streamIdIn(c: AppContext): string | null {
  const ids = c.req.queries('stream_id') ?? []
  if (ids.length < 2) return ids[0] ?? null
  throw new Refusal('invalid_request', 'stream_id must not be repeated.')
}

export function requiredStreamId(c: AppContext): string {
  const id = streamIdIn(c)
  if (id !== null) return id
  throw new Refusal('invalid_request', 'Send stream_id in the query.')
}
