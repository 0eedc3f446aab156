import * as v from 'valibot'
import { count, textOrNull, time } from '../../response-fields.ts'

export const logVerdictResponse = v.union([
  v.strictObject({
    intact: v.literal(true),
    complete: v.boolean(),
    events: count,
    accepted_up_to: v.nullable(count),
    next_cursor: textOrNull,
  }),
  v.strictObject({
    intact: v.literal(false),
    broken_at: v.pipe(v.number(), v.integer()),
    reason: v.picklist(['missing', 'altered', 'key_missing', 'truncated', 'not_anchored']),
    next_cursor: v.null(),
  }),
])

export const acceptedLogResponse = v.strictObject({ events: count, anchored_at: time })

export const checkpointResponse = v.strictObject({
  size: count,
  root: v.string(),
  at: time,
  checkpoint: v.string(),
  verifier_key: v.string(),
})

export const consistencyResponse = v.strictObject({
  from: count,
  to: count,
  proof: v.array(v.string()),
})

export const provenEventResponse = v.strictObject({
  index: count,
  leaf: v.string(),
  event: textOrNull,
  salt: textOrNull,
  proof: v.array(v.string()),
})

export type CheckpointResponse = v.InferOutput<typeof checkpointResponse>
export type ConsistencyResponse = v.InferOutput<typeof consistencyResponse>
export type ProvenEventResponse = v.InferOutput<typeof provenEventResponse>
export type LogVerdictResponse = v.InferOutput<typeof logVerdictResponse>
export type AcceptedLogResponse = v.InferOutput<typeof acceptedLogResponse>
