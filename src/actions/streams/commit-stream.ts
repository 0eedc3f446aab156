import {
  type AuditAction,
  differences,
  type EventDraft,
  type FieldChanges,
} from '../../domain/audit.ts'
import type { EventStream } from '../../domain/event-stream.ts'
import {
  commitChange,
  type CommitDeps,
  type ConfirmRight,
  FEW_ATTEMPTS,
} from '../changes/commit-change.ts'

/** A receiver's request about its own stream. */
export type StreamRequest = { clientId: string; requestId: string; confirmRight: ConfirmRight }

/** A stream before and after, null for absent. Nothing is committed if they are the same. */
type Change =
  | { before: EventStream | null; after: EventStream }
  | { before: EventStream; after: null }

/**
 * Changes a stream as its receiver wants it: in its turn among all changes, so that a receiver that was cut
 * off meanwhile changes nothing, and with its place in the audit log, because a stream is a way out for
 * what is known here. It gives way to administrators.
 */
export function commitStream<C extends Change>(
  deps: CommitDeps,
  request: StreamRequest,
  decide: () => Promise<C>,
): Promise<C['after']> {
  return commitChange(
    deps,
    request,
    async () => {
      const change = await decide()
      const { before, after } = change
      const events = eventsOf(change, request)
      return { result: after, events, writes: [{ kind: 'event_stream', before, after }] }
    },
    FEW_ATTEMPTS,
  )
}

function eventsOf({ before, after }: Change, request: StreamRequest): EventDraft[] {
  if (after === null) return [eventBy(request, 'event_stream.deleted', before)]
  const changes = changesOf(before, after)
  if (!before) return [eventBy(request, 'event_stream.created', after, changes)]
  return Object.keys(changes).length === 0
    ? []
    : [eventBy(request, 'event_stream.updated', after, changes)]
}

function eventBy(
  { clientId, requestId }: StreamRequest,
  action: AuditAction,
  { streamId }: EventStream,
  changes?: FieldChanges,
): EventDraft {
  const actor = { type: 'client' as const, id: clientId }
  const target = { type: 'event_stream' as const, id: streamId }
  return { action, actor, clientId, target, requestId, changes }
}

/** As the receiver names them. */
const NAMES = {
  endpointUrl: 'endpoint_url',
  requested: 'events_requested',
  description: 'description',
  status: 'status',
  reason: 'reason',
} as const

type Decided = Pick<EventStream, keyof typeof NAMES | 'authorization'>

const UNSET: Decided = {
  endpointUrl: null,
  requested: null,
  description: null,
  status: 'enabled',
  reason: null,
  authorization: null,
}

/** The receiver's header is a secret: the log says whether there is one. */
function changesOf(before: EventStream | null, after: EventStream): FieldChanges {
  const from: Decided = before ?? UNSET
  const changes = differences<Decided>(from, after, NAMES)
  if (from.authorization !== after.authorization) {
    const header = { from: from.authorization !== null, to: after.authorization !== null }
    changes['authorization_header'] = header
  }
  return { ...changes, ...subjectChanges(before?.excluded ?? [], after.excluded) }
}

/** The one client that comes to those that the receiver hears of, or leaves them. */
function subjectChanges(before: string[], after: string[]): FieldChanges {
  const removed = after.find((id) => !before.includes(id))
  if (removed !== undefined) return { subject: { from: removed, to: null } }
  const added = before.find((id) => !after.includes(id))
  return added === undefined ? {} : { subject: { from: null, to: added } }
}
