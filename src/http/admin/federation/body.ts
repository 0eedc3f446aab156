import type { Diagnosis } from '../../../actions/federation/diagnose-federation.ts'
import type { FederatedCredential, TrustedIssuer } from '../../../domain/federation.ts'
import { isoTime } from '../../../domain/time.ts'
import { isoTimeOrNull } from '../shared/times.ts'
import type { DiagnosisResponse, FederatedCredentialResponse, IssuerResponse } from './response.ts'

export function issuerBody(one: TrustedIssuer): IssuerResponse {
  const { keys } = one
  return {
    issuer_id: one.issuerId,
    issuer: one.issuer,
    name: one.name,
    preset: one.preset,
    jwks_uri: keys.from === 'uri' ? keys.uri : null,
    jwks: keys.from === 'upload' ? { keys: keys.keys.map(jwkOf) } : null,
    algorithms: one.algorithms,
    audiences: one.audiences,
    max_lifetime: one.maxLifetime,
    check_jti: one.checkJti,
    created_by: one.createdBy,
    created_at: isoTime(one.createdAt),
    updated_at: isoTime(one.updatedAt),
  }
}

function jwkOf({ jwk, kid, alg }: { jwk: object; kid: string | null; alg: string | null }) {
  return { ...jwk, ...(kid === null ? {} : { kid }), ...(alg === null ? {} : { alg }) }
}

export function federatedCredentialBody(one: FederatedCredential): FederatedCredentialResponse {
  return {
    credential_id: one.credentialId,
    issuer_id: one.issuerId,
    subject: one.subject,
    claims: one.claims,
    token_lifetime: one.tokenLifetime,
    label: one.label,
    created_at: isoTime(one.createdAt),
    created_by: one.createdBy,
    expires_at: isoTimeOrNull(one.expiresAt),
    last_used_at: isoTimeOrNull(one.lastUsedAt),
    remind: one.remind,
    reminded_at: isoTimeOrNull(one.remindedAt),
    reminder_error: one.reminderError ?? undefined,
  }
}

export function diagnosisBody({
  issuer,
  clientId,
  checks,
  rules,
  isUnsigned,
}: Diagnosis): DiagnosisResponse {
  return {
    client_id: clientId,
    issuer_id: issuer?.issuerId ?? null,
    signature_checked: !isUnsigned,
    checks,
    rules: rules.map(({ rule, conditions, isExpired, matches }) => ({
      client_id: rule.clientId,
      credential_id: rule.credentialId,
      matches,
      expired: isExpired,
      conditions,
    })),
  }
}
