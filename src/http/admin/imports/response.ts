import * as v from 'valibot'
import { problemResponse } from '../shared/response.ts'

/** The outcome for each client, in the order in which they were sent. */
export const importResponse = v.strictObject({
  results: v.array(
    v.strictObject({
      client_id: v.string(),
      outcome: v.picklist(['created', 'exists', 'refused']),
      error: v.optional(problemResponse),
    }),
  ),
})

export type ImportResponse = v.InferOutput<typeof importResponse>
