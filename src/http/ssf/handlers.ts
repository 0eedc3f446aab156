import { findStream } from '../../actions/streams/change-stream.ts'
import type { Delivery, StreamInput } from '../../actions/streams/configured.ts'
import { createStream } from '../../actions/streams/create-stream.ts'
import { deleteStream } from '../../actions/streams/delete-stream.ts'
import { pollStream } from '../../actions/streams/poll-stream.ts'
import { setStreamStatus } from '../../actions/streams/set-stream-status.ts'
import { setSubject } from '../../actions/streams/subjects.ts'
import { updateStream } from '../../actions/streams/update-stream.ts'
import { verifyStream } from '../../actions/streams/verify-stream.ts'
import { Refusal } from '../../domain/errors.ts'
import type { EventStream } from '../../domain/event-stream.ts'
import { isPossibleClientId } from '../../domain/foreign-client.ts'
import { readJson } from '../admin/shared/json.ts'
import {
  creationSchema,
  pollSchema,
  statusSchema,
  type StreamBody,
  subjectSchema,
  updateSchema,
  verificationSchema,
} from './requests.ts'
import { statusBody, streamBody } from './body.ts'
import type { PolledResponse } from './response.ts'
import { requestOf, requiredStreamId, streamIdIn, type Visit } from './visit.ts'

/** Without an id, a list of all streams of the receiver: of one, or none (SSF 1.0 §8.1.1.2). */
export async function read({ c, on, clientId }: Visit): Promise<Response> {
  const { issuer } = c.var.deps
  const id = streamIdIn(c)
  if (id !== null) return c.json(streamBody(issuer, await findStream(on, clientId, id)))
  const stream = await on.streams.find(clientId)
  return c.json(stream ? [streamBody(issuer, stream)] : [])
}

export async function create(visit: Visit): Promise<Response> {
  const { c, on } = visit
  const input = inputOf(readJson(c, creationSchema))
  const stream = await createStream(c.var.deps, on, requestOf(visit), input)
  return c.json(streamBody(c.var.deps.issuer, stream), 201)
}

/** A member that is left out stays. */
export function patch(visit: Visit): Promise<Response> {
  return update(visit, inputOf)
}

/** A member that is left out is as in a new stream. */
export function put(visit: Visit): Promise<Response> {
  return update(visit, (body) => ({
    delivery: POLLED,
    requested: null,
    description: null,
    ...definedIn(inputOf(body)),
  }))
}

async function update(visit: Visit, read: (body: StreamBody) => StreamInput): Promise<Response> {
  const { c, on, clientId } = visit
  const { deps } = c.var
  const { stream_id: id, ...body } = readJson(c, updateSchema)
  refuseOthers(body, await findStream(on, clientId, id), deps.issuer)
  const stream = await updateStream(deps, on, requestOf(visit), id, read(body))
  return c.json(streamBody(deps.issuer, stream))
}

const POLLED: Delivery = { endpointUrl: null, authorization: null }

function inputOf({ delivery, events_requested: requested, description }: StreamBody): StreamInput {
  return { delivery: delivery ? deliveryIn(delivery) : undefined, requested, description }
}

function deliveryIn(delivery: NonNullable<StreamBody['delivery']>): Delivery {
  if (!('endpoint_url' in delivery)) return POLLED
  const { endpoint_url: endpointUrl, authorization_header: authorization } = delivery
  return { endpointUrl, authorization }
}

function definedIn(input: StreamInput): StreamInput {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined))
}

/** These are decided here, and may be sent back as they are (SSF 1.0 §8.1.1.3). */
const OURS = ['iss', 'aud', 'events_supported', 'events_delivered', 'min_verification_interval']

function refuseOthers(body: Record<string, unknown>, stream: EventStream, issuer: string): void {
  const ours = streamBody(issuer, stream) as Record<string, unknown>
  const isOther = (name: string) =>
    name in body && JSON.stringify(body[name]) !== JSON.stringify(ours[name])
  const other = OURS.find(isOther)
  if (other) throw new Refusal('invalid_request', `${other} cannot be changed: leave it out.`)
}

export async function remove(visit: Visit): Promise<Response> {
  const { c, on } = visit
  await deleteStream(c.var.deps, on, requestOf(visit), requiredStreamId(c))
  return c.body(null, 204)
}

export async function readStatus({ c, on, clientId }: Visit): Promise<Response> {
  return c.json(statusBody(await findStream(on, clientId, requiredStreamId(c))))
}

export async function setStatus(visit: Visit): Promise<Response> {
  const { c, on } = visit
  const { stream_id: streamId, status, reason = null } = readJson(c, statusSchema)
  const change = { streamId, status, reason }
  return c.json(statusBody(await setStreamStatus(c.var.deps, on, requestOf(visit), change)))
}

export async function addSubject(visit: Visit): Promise<Response> {
  await changeSubject(visit, true)
  return visit.c.body(null, 200)
}

export async function removeSubject(visit: Visit): Promise<Response> {
  await changeSubject(visit, false)
  return visit.c.body(null, 204)
}

async function changeSubject(visit: Visit, isWanted: boolean): Promise<void> {
  const { c, on } = visit
  const { stream_id: streamId, subject } = readJson(c, subjectSchema)
  const isOurs = subject.iss === c.var.deps.issuer && isPossibleClientId(subject.sub)
  if (!isOurs) throw new Refusal('not_found', 'The subject is not a client of this issuer.')
  const change = { streamId, subject: subject.sub, isWanted }
  await setSubject(c.var.deps, on, requestOf(visit), change)
}

export async function verify({ c, on, clientId }: Visit): Promise<Response> {
  const { stream_id: streamId, state } = readJson(c, verificationSchema)
  await verifyStream(c.var.deps, on, { clientId, streamId }, state)
  return c.body(null, 204)
}

export async function poll({ c, on, clientId }: Visit): Promise<Response> {
  const { ack, setErrs, maxEvents } = readJson(c, pollSchema)
  const taken = new Set([...ack, ...Object.keys(setErrs)])
  const streamId = c.req.param('stream_id') ?? ''
  const wanted = { taken, max: Math.min(maxEvents, POLLED_MAX) }
  return c.json<PolledResponse>(await pollStream(c.var.deps, on, { clientId, streamId }, wanted))
}

const POLLED_MAX = 50
