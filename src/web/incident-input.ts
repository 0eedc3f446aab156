import type * as v from 'valibot'
import type { IncidentInput } from '../actions/incidents/record-incident.ts'
import type { incidentSchema } from './schemas.ts'

export function toIncident(input: v.InferOutput<typeof incidentSchema>): IncidentInput {
  const { client_ids, reason, suspend, end_secrets, revoke_tokens } = input
  return {
    clientIds: client_ids,
    reason: reason || undefined,
    suspend,
    endSecrets: end_secrets,
    revokeTokens: revoke_tokens,
  }
}
