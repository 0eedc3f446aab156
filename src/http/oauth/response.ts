import * as v from 'valibot'
import { ALGORITHMS } from '../../domain/signing-key.ts'
import { count } from '../response-fields.ts'

const texts = v.array(v.string())

/** RFC 7800 §3.1 */
const confirmationResponse = v.strictObject({
  jkt: v.optional(v.string()),
  'x5t#S256': v.optional(v.string()),
})

export const tokenResponse = v.strictObject({
  access_token: v.string(),
  token_type: v.picklist(['Bearer', 'DPoP']),
  expires_in: count,
  scope: v.string(),
})

export const introspectionResponse = v.union([
  v.strictObject({ active: v.literal(false) }),
  v.strictObject({
    active: v.literal(true),
    scope: v.string(),
    client_id: v.string(),
    token_type: v.picklist(['Bearer', 'DPoP']),
    exp: count,
    iat: count,
    sub: v.string(),
    aud: v.union([v.string(), texts]),
    iss: v.string(),
    jti: v.string(),
    cnf: v.optional(confirmationResponse),
  }),
])

/** The names are those of RFC 7591 §3.2.1. */
export const rotatedResponse = v.strictObject({
  client_id: v.string(),
  client_secret: v.string(),
  client_secret_expires_at: count,
  secret_id: v.string(),
  previous_secret_id: v.string(),
  previous_secret_expires_at: count,
})

/** RFC 6749 §5.2. */
export const oauthErrorResponse = v.strictObject({
  error: v.string(),
  error_description: v.string(),
})

/** draft-ietf-oauth-status-list-21 §9.3. */
export const statusListsResponse = v.strictObject({ status_lists: texts })

/** RFC 8414 §2, RFC 8705 §5. */
export const metadataResponse = v.strictObject({
  issuer: v.string(),
  token_endpoint: v.string(),
  introspection_endpoint: v.string(),
  revocation_endpoint: v.string(),
  jwks_uri: v.string(),
  grant_types_supported: texts,
  authorization_endpoint: v.string(),
  response_types_supported: texts,
  subject_types_supported: texts,
  id_token_signing_alg_values_supported: texts,
  token_endpoint_auth_methods_supported: texts,
  token_endpoint_auth_signing_alg_values_supported: texts,
  introspection_endpoint_auth_methods_supported: texts,
  introspection_endpoint_auth_signing_alg_values_supported: texts,
  revocation_endpoint_auth_methods_supported: texts,
  revocation_endpoint_auth_signing_alg_values_supported: texts,
  dpop_signing_alg_values_supported: texts,
  status_list_aggregation_endpoint: v.optional(v.string()),
  tls_client_certificate_bound_access_tokens: v.optional(v.literal(true)),
  mtls_endpoint_aliases: v.optional(
    v.strictObject({
      token_endpoint: v.string(),
      introspection_endpoint: v.string(),
      revocation_endpoint: v.string(),
    }),
  ),
})

const jwk = { kid: v.string(), alg: v.picklist(ALGORITHMS), use: v.literal('sig') }

/** RFC 7517 §5. */
export const keySetResponse = v.strictObject({
  keys: v.array(
    v.union([
      v.strictObject({
        kty: v.literal('EC'),
        crv: v.literal('P-256'),
        x: v.string(),
        y: v.string(),
        ...jwk,
      }),
      v.strictObject({ kty: v.literal('RSA'), n: v.string(), e: v.string(), ...jwk }),
    ]),
  ),
})

export type TokenResponse = v.InferOutput<typeof tokenResponse>
export type IntrospectionResponse = v.InferOutput<typeof introspectionResponse>
export type RotatedResponse = v.InferOutput<typeof rotatedResponse>
export type OAuthErrorResponse = v.InferOutput<typeof oauthErrorResponse>
export type MetadataResponse = v.InferOutput<typeof metadataResponse>
