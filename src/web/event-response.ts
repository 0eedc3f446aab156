import * as v from 'valibot'
import { ACTOR_TYPES, AUDIT_ACTIONS, TARGET_TYPES } from '../domain/audit.ts'

/** The name that an id has, or had until it was removed. */
const names = { name: v.optional(v.string()), removed: v.optional(v.literal(true)) }

export const eventResponse = v.strictObject({
  event_id: v.string(),
  at: v.pipe(v.string(), v.isoTimestamp()),
  action: v.picklist(AUDIT_ACTIONS),
  actor: v.strictObject({
    type: v.picklist(ACTOR_TYPES),
    id: v.string(),
    ...names,
  }),
  client_id: v.nullable(v.string()),
  client_name: v.optional(v.string()),
  target: v.strictObject({
    type: v.picklist(TARGET_TYPES),
    id: v.string(),
    ...names,
  }),
  reason: v.optional(v.string()),
  changes: v.optional(
    v.record(
      v.string(),
      v.strictObject({ from: v.optional(v.unknown()), to: v.optional(v.unknown()) }),
    ),
  ),
  request_id: v.string(),
})

export type EventResponse = v.InferOutput<typeof eventResponse>
