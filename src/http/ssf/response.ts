import * as v from 'valibot'
import { STREAM_STATUSES } from '../../domain/event-stream.ts'
import { count } from '../response-fields.ts'
import { POLL, PUSH } from './requests.ts'

const texts = v.array(v.string())

/** SSF 1.0 §7.1. */
export const transmitterResponse = v.strictObject({
  spec_version: v.literal('1_0'),
  issuer: v.string(),
  jwks_uri: v.string(),
  delivery_methods_supported: texts,
  configuration_endpoint: v.string(),
  status_endpoint: v.string(),
  add_subject_endpoint: v.string(),
  remove_subject_endpoint: v.string(),
  verification_endpoint: v.string(),
  authorization_schemes: v.array(v.strictObject({ spec_urn: v.string() })),
  default_subjects: v.literal('ALL'),
})

/** SSF 1.0 §8.1.1. */
export const streamResponse = v.strictObject({
  stream_id: v.string(),
  iss: v.string(),
  aud: v.string(),
  delivery: v.strictObject({ method: v.picklist([PUSH, POLL]), endpoint_url: v.string() }),
  events_supported: texts,
  events_requested: v.optional(texts),
  events_delivered: texts,
  min_verification_interval: count,
  description: v.optional(v.string()),
})

/** SSF 1.0 §8.1.2. */
export const streamStatusResponse = v.strictObject({
  stream_id: v.string(),
  status: v.picklist(STREAM_STATUSES),
  reason: v.optional(v.string()),
})

/** RFC 8936 §2.3. */
export const polledResponse = v.strictObject({
  sets: v.record(v.string(), v.string()),
  moreAvailable: v.boolean(),
})

/** RFC 8935 §2.3, RFC 8936 §2.6. */
export const streamErrorResponse = v.strictObject({ err: v.string(), description: v.string() })

export type TransmitterResponse = v.InferOutput<typeof transmitterResponse>
export type StreamResponse = v.InferOutput<typeof streamResponse>
export type StreamStatusResponse = v.InferOutput<typeof streamStatusResponse>
export type PolledResponse = v.InferOutput<typeof polledResponse>
export type StreamErrorResponse = v.InferOutput<typeof streamErrorResponse>
