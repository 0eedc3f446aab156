import * as v from 'valibot'
import { STREAM_STATUSES } from '../../domain/event-stream.ts'

const TEXT_MAX = 1000
const LIST_MAX = 100
const ACKS_MAX = 1000

const text = v.pipe(v.string(), v.maxLength(TEXT_MAX, 'is too long'))
const jti = v.pipe(v.string(), v.maxLength(TEXT_MAX, 'is too long'))

export const PUSH = 'urn:ietf:rfc:8935'
export const POLL = 'urn:ietf:rfc:8936'

/** A header's value, as it may be sent (RFC 9110 §5.5). */
const headerText = v.pipe(
  text,
  v.regex(/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/, 'is not a header value'),
)

export const deliverySchema = v.variant('method', [
  v.object({
    method: v.literal(PUSH),
    endpoint_url: text,
    authorization_header: v.nullish(headerText),
  }),
  v.object({ method: v.literal(POLL) }),
])

// SSF 1.0 §8.1.1: members that are not known are ignored. Ours may be sent back as they were.
const stream = {
  delivery: v.nullish(deliverySchema),
  events_requested: v.nullish(v.pipe(v.array(text), v.maxLength(LIST_MAX, 'is too long'))),
  description: v.nullish(text),
}

export const creationSchema = v.looseObject(stream)
export const updateSchema = v.looseObject({ stream_id: text, ...stream })
export type StreamBody = v.InferOutput<typeof creationSchema>

export const statusSchema = v.object({
  stream_id: text,
  status: v.picklist(STREAM_STATUSES),
  reason: v.nullish(text),
})

/** RFC 9493 §3.2.3: a client of this server. */
export const subjectSchema = v.object({
  stream_id: text,
  subject: v.object({ format: v.literal('iss_sub'), iss: text, sub: text }),
})

export const verificationSchema = v.object({ stream_id: text, state: v.optional(text) })

const COUNT = 'must be a whole number, 0 or more'

/** RFC 8936 §2.2. */
export const pollSchema = v.object({
  ack: v.optional(v.pipe(v.array(jti), v.maxLength(ACKS_MAX, 'is too long')), []),
  setErrs: v.optional(v.record(jti, v.looseObject({})), {}),
  maxEvents: v.optional(v.pipe(v.number(), v.integer(COUNT), v.minValue(0, COUNT)), LIST_MAX),
  returnImmediately: v.optional(v.boolean()),
})
