import type { Deps } from '../../domain/deps.ts'
import { Refusal } from '../../domain/errors.ts'
import {
  type EventStream,
  scheduled,
  type SecurityEvents,
  type StreamStatus,
} from '../../domain/event-stream.ts'
import { EVENT_TYPES } from '../../domain/security-event.ts'
import { changeStream, findStream } from './change-stream.ts'

type StreamDeps = Pick<Deps, 'now' | 'random' | 'ledger' | 'outboundUrlProblem'>

/** Without `authorization`, the header that was given for the same URL stays. */
export type Delivery = { endpointUrl: string | null; authorization?: string | null | undefined }

/** The part that a receiver decides; a member that is left out stays as it is. */
export type StreamInput = {
  delivery?: Delivery | undefined
  requested?: string[] | null | undefined
  description?: string | null | undefined
}

const ID_LENGTH = 22

const FRESH = {
  description: null,
  requested: null,
  endpointUrl: null,
  authorization: null,
  status: 'enabled',
  reason: null,
  excluded: [],
  acked: [],
  messages: [],
  verifiedAt: null,
  failing: null,
  lease: null,
} satisfies Partial<EventStream>

/** A stream begins with what happens from now on. */
export async function createStream(
  deps: StreamDeps,
  on: SecurityEvents,
  clientId: string,
  input: StreamInput,
): Promise<EventStream> {
  const { seq } = await deps.ledger.head()
  const empty: EventStream = {
    streamId: `stream_${deps.random(ID_LENGTH)}`,
    clientId,
    seq,
    dueAt: null,
    version: 1,
    ...FRESH,
  }
  const stream = await configured(deps, on, empty, input)
  if (await on.streams.create(stream)) return stream
  throw new Refusal('conflict', 'This client has a stream: each receiver has one.')
}

export function updateStream(
  deps: StreamDeps,
  on: SecurityEvents,
  clientId: string,
  streamId: string,
  input: StreamInput,
): Promise<EventStream> {
  return changeStream(on, clientId, streamId, (stream) => configured(deps, on, stream, input))
}

export async function deleteStream(
  on: SecurityEvents,
  clientId: string,
  streamId: string,
): Promise<void> {
  const stream = await findStream(on, clientId, streamId)
  if (!(await on.streams.replace(stream, null))) await deleteStream(on, clientId, streamId)
}

/** While a stream is paused its events wait. Those that happen while it is disabled are not sent. */
export function setStreamStatus(
  deps: StreamDeps,
  on: SecurityEvents,
  { clientId, streamId }: Pick<EventStream, 'clientId' | 'streamId'>,
  { status, reason }: { status: StreamStatus; reason: string | null },
): Promise<EventStream> {
  return changeStream(on, clientId, streamId, async (stream) => {
    if (stream.status === status && stream.reason === reason) return stream
    const isBack = stream.status === 'disabled' && status !== 'disabled'
    const from = isBack ? { seq: (await deps.ledger.head()).seq, acked: [], messages: [] } : {}
    return scheduled({ ...stream, ...from, status, reason }, deps.now())
  })
}

async function configured(
  deps: StreamDeps,
  on: SecurityEvents,
  stream: EventStream,
  { delivery, requested = stream.requested, description = stream.description }: StreamInput,
): Promise<EventStream> {
  const next = { ...stream, description, requested: requested && known(requested) }
  if (!delivery) return next
  const { endpointUrl } = delivery
  const problem = endpointUrl === null ? null : deps.outboundUrlProblem(endpointUrl)
  if (problem) throw new Refusal('invalid_request', `delivery.endpoint_url ${problem}.`)
  const isSame = delivery.authorization === undefined && endpointUrl === stream.endpointUrl
  const authorization = isSame ? stream.authorization : await sealedFor(on, delivery)
  return scheduled({ ...next, endpointUrl, authorization }, deps.now())
}

/** Types that this server does not have are left out (SSF 1.0 §8.1.1). */
function known(requested: string[]): string[] {
  return EVENT_TYPES.filter((type) => requested.includes(type))
}

/** Sealed together with the URL: who can write to the database cannot have it sent elsewhere. */
export async function sealedFor(
  { sealed }: Pick<SecurityEvents, 'sealed'>,
  { endpointUrl, authorization = null }: Delivery,
): Promise<string | null> {
  return authorization === null ? null : sealed.seal({ endpointUrl, authorization })
}
