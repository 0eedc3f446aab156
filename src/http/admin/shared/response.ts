import * as v from 'valibot'
import { count, textOrNull, time } from '../../response-fields.ts'

export const changeTimes = { created_at: time, updated_at: time }

/** A page of a list. */
export const page = (item: v.GenericSchema) =>
  v.strictObject({ data: v.array(item), next_cursor: textOrNull })

export type PageResponse<T> = { data: T[]; next_cursor: string | null }

const counted = <T extends v.GenericSchema>(first: T) =>
  v.strictObject({ count, more: v.boolean(), first: v.array(first) })

/** RFC 9457, with members of our own (§3.2). */
export const problemResponse = v.strictObject({
  type: v.string(),
  title: v.string(),
  status: count,
  detail: v.string(),
  errors: v.optional(v.array(v.strictObject({ field: v.string(), detail: v.string() }))),
  in_use_by: v.optional(
    v.strictObject({
      clients: counted(v.strictObject({ client_id: v.string(), client_name: v.string() })),
      roles: counted(v.strictObject({ role_id: v.string(), name: v.string() })),
    }),
  ),
})

export type ProblemResponse = v.InferOutput<typeof problemResponse>
