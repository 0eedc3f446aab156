import * as v from 'valibot'
import { count, textOrNull, time } from '../../response-fields.ts'
import { briefClientResponse } from '../clients/response.ts'
import { problemResponse } from '../shared/response.ts'

/** The result for each client, or why nothing was done. */
const result = v.strictObject({
  client_id: v.string(),
  done: v.boolean(),
  client: v.nullable(briefClientResponse),
  error: v.optional(problemResponse),
})

export const recordedIncidentResponse = v.strictObject({
  incident_id: v.string(),
  results: v.array(result),
})

const containedClient = v.strictObject({
  client_id: v.string(),
  at: time,
  suspended: v.boolean(),
  ended_secrets: v.array(v.string()),
  tokens_revoked: v.boolean(),
  client: v.nullable(briefClientResponse),
  issued: count,
  refused: v.record(v.string(), count),
})

export const incidentResponse = v.strictObject({
  incident_id: v.string(),
  at: time,
  actor: v.strictObject({
    type: v.picklist(['bootstrap', 'client', 'administrator', 'system']),
    id: v.string(),
  }),
  reason: textOrNull,
  counted_from: v.pipe(v.string(), v.isoDate()),
  clients: v.array(containedClient),
})

export type RecordedIncidentResponse = v.InferOutput<typeof recordedIncidentResponse>
export type IncidentResponse = v.InferOutput<typeof incidentResponse>
