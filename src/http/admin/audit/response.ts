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

export type LogVerdictResponse = v.InferOutput<typeof logVerdictResponse>
export type AcceptedLogResponse = v.InferOutput<typeof acceptedLogResponse>
