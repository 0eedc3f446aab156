import * as v from 'valibot'
import { FEDERATION_ALGORITHMS, PRESETS } from '../../../domain/federation.ts'
import { WORKLOAD_CHECKS } from '../../../domain/workload-token.ts'
import { count, textOrNull, time, timeOrNull } from '../../response-fields.ts'
import { changeTimes } from '../shared/response.ts'

const claimValue = v.union([v.string(), v.boolean(), v.number()])

export const issuerResponse = v.strictObject({
  issuer_id: v.string(),
  issuer: v.string(),
  name: v.string(),
  preset: v.picklist(PRESETS),
  jwks_uri: textOrNull,
  jwks: v.nullable(v.strictObject({ keys: v.array(v.record(v.string(), v.string())) })),
  algorithms: v.array(v.picklist(FEDERATION_ALGORITHMS)),
  audiences: v.array(v.string()),
  max_lifetime: count,
  check_jti: v.boolean(),
  created_by: v.string(),
  ...changeTimes,
})

export const federatedCredentialResponse = v.strictObject({
  credential_id: v.string(),
  issuer_id: v.string(),
  subject: textOrNull,
  claims: v.record(v.string(), claimValue),
  token_lifetime: count,
  label: v.string(),
  created_at: time,
  created_by: v.string(),
  expires_at: timeOrNull,
  last_used_at: timeOrNull,
  remind: v.boolean(),
  reminded_at: timeOrNull,
  reminder_error: v.optional(v.string()),
})

export const diagnosisResponse = v.strictObject({
  client_id: textOrNull,
  issuer_id: textOrNull,
  signature_checked: v.boolean(),
  checks: v.array(
    v.strictObject({ check: v.picklist(WORKLOAD_CHECKS), holds: v.boolean(), detail: v.string() }),
  ),
  rules: v.array(
    v.strictObject({
      client_id: v.string(),
      credential_id: v.string(),
      matches: v.boolean(),
      expired: v.boolean(),
      conditions: v.array(
        v.strictObject({
          claim: v.string(),
          expected: v.nullable(claimValue),
          actual: v.unknown(),
          holds: v.boolean(),
          why: v.string(),
        }),
      ),
    }),
  ),
})

export type IssuerResponse = v.InferOutput<typeof issuerResponse>
export type FederatedCredentialResponse = v.InferOutput<typeof federatedCredentialResponse>
export type DiagnosisResponse = v.InferOutput<typeof diagnosisResponse>
