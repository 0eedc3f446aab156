import * as v from 'valibot'
import { changeTimes } from '../shared/response.ts'

export const apiResponse = v.strictObject({
  api_id: v.string(),
  audience: v.string(),
  name: v.string(),
  permissions: v.array(
    v.strictObject({
      permission: v.string(),
      description: v.optional(v.string()),
      group: v.optional(v.string()),
    }),
  ),
  ...changeTimes,
})

export type ApiResponse = v.InferOutput<typeof apiResponse>
