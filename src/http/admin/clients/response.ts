import * as v from 'valibot'
import { CERTIFICATE_NAMES } from '../../../domain/certificate.ts'
import { ASSERTION_ALGORITHMS, REPLAYS } from '../../../domain/public-key.ts'
import { ATTENTION_REASONS, STATUSES } from '../../../domain/status.ts'
import { answeredDetails } from '../../../web/client-details-response.ts'
import { permissionSchema } from '../../../web/schemas.ts'
import { federatedCredentialResponse } from '../federation/response.ts'
import { count, textOrNull, time, timeOrNull } from '../../response-fields.ts'

const attentionResponse = v.strictObject({
  reason: v.picklist(ATTENTION_REASONS),
  secret_id: v.optional(v.string()),
  key_id: v.optional(v.string()),
  credential_id: v.optional(v.string()),
  certificate_id: v.optional(v.string()),
  expires_at: v.optional(time),
})

export const secretResponse = v.strictObject({
  secret_id: v.string(),
  key_id: v.string(),
  hint: v.string(),
  label: v.string(),
  created_at: time,
  created_by: textOrNull,
  expires_at: time,
  last_used_at: timeOrNull,
  remind: v.boolean(),
  reminded_at: timeOrNull,
  reminder_error: v.optional(v.string()),
  retires_at: timeOrNull,
  retire_others_in: v.nullable(count),
})

export const keyResponse = v.strictObject({
  key_id: v.string(),
  kid: v.pipe(v.string(), v.description('The kid of the JWK, or else its thumbprint (RFC 7638).')),
  algorithm: v.pipe(
    v.picklist(ASSERTION_ALGORITHMS),
    v.description('The one alg that assertions signed with it may have.'),
  ),
  jwk: v.record(v.string(), v.string()),
  label: v.string(),
  replay: v.picklist(REPLAYS),
  created_at: time,
  created_by: v.string(),
  expires_at: timeOrNull,
  last_used_at: timeOrNull,
  remind: v.boolean(),
  reminded_at: timeOrNull,
  reminder_error: v.optional(v.string()),
})

export const certificateResponse = v.strictObject({
  certificate_id: v.string(),
  thumbprint: v.optional(v.string()),
  subject: v.optional(v.string()),
  ...v.entriesFromList(CERTIFICATE_NAMES, v.optional(v.string())),
  label: v.string(),
  created_at: time,
  created_by: v.string(),
  expires_at: timeOrNull,
  last_used_at: timeOrNull,
  remind: v.boolean(),
  reminded_at: timeOrNull,
  reminder_error: v.optional(v.string()),
})

export const clientResponse = v.strictObject({
  client_id: v.string(),
  ...answeredDetails(),
  status: v.pipe(v.picklist(STATUSES), v.description('The first of these that applies.')),
  attention: v.array(attentionResponse),
  secrets: v.array(secretResponse),
  keys: v.array(keyResponse),
  federated_credentials: v.array(federatedCredentialResponse),
  certificates: v.array(certificateResponse),
  roles: v.array(v.string()),
  permissions: v.array(permissionSchema),
  scope: v.string(),
  suspended_at: timeOrNull,
  suspended_reason: textOrNull,
  tokens_valid_from: timeOrNull,
  propagation: v.picklist(['complete', 'pending']),
  created_at: time,
  created_by: v.string(),
  created_by_name: v.optional(v.string()),
  created_by_removed: v.optional(v.literal(true)),
  updated_at: time,
  last_token_at: timeOrNull,
  last_used_at: timeOrNull,
  bound_since: timeOrNull,
  dpop_required: v.pipe(
    v.boolean(),
    v.description(
      'Whether it needs a DPoP proof, by require_dpop or by this server’s REQUIRE_DPOP.',
    ),
  ),
})

/** As much of a client as tells which it is, and whether it was stopped. */
export const briefClientResponse = v.strictObject({
  client_id: v.string(),
  client_name: v.string(),
  status: v.picklist(STATUSES),
  suspended_at: timeOrNull,
  suspended_reason: textOrNull,
  tokens_valid_from: timeOrNull,
  last_token_at: timeOrNull,
  propagation: v.picklist(['complete', 'pending']),
})

/** The outcomes of a bulk change, in the order in which the clients were named. */
export const bulkResponse = v.strictObject({
  results: v.array(
    v.strictObject({
      client_id: v.string(),
      client_name: textOrNull,
      ok: v.boolean(),
      changed: v.boolean(),
      status: v.nullable(v.picklist(STATUSES)),
      propagation: v.nullable(v.picklist(['complete', 'pending'])),
      error: v.optional(v.strictObject({ type: v.string(), detail: v.string() })),
    }),
  ),
})

const shownOnce = { client_secret: v.string() }
export const createdClientResponse = v.strictObject({
  ...clientResponse.entries,
  client_secret: v.optional(v.string()),
})
export const createdSecretResponse = v.strictObject({ ...secretResponse.entries, ...shownOnce })

export type BulkResponse = v.InferOutput<typeof bulkResponse>
export type AttentionResponse = v.InferOutput<typeof attentionResponse>
export type BriefClientResponse = v.InferOutput<typeof briefClientResponse>
export type CertificateResponse = v.InferOutput<typeof certificateResponse>
export type KeyResponse = v.InferOutput<typeof keyResponse>
export type SecretResponse = v.InferOutput<typeof secretResponse>
export type ClientResponse = v.InferOutput<typeof clientResponse>
export type CreatedClientResponse = v.InferOutput<typeof createdClientResponse>
export type CreatedSecretResponse = v.InferOutput<typeof createdSecretResponse>
