import type { BulkResult } from '../../../actions/clients/change-clients.ts'
import type { Certificate } from '../../../domain/certificate.ts'
import { type Client, visibleSecrets } from '../../../domain/client.ts'
import type { PublicKey } from '../../../domain/public-key.ts'
import { scopeOf } from '../../../domain/permission.ts'
import type { Policy } from '../../../domain/policy.ts'
import { bindingTerms } from '../../../domain/token-binding.ts'
import type { Secret } from '../../../domain/secret.ts'
import { type Attention, attentionOf, statusOf } from '../../../domain/status.ts'
import { toDetailsBody } from '../../../web/client-input.ts'
import { isoTime, type Seconds } from '../../../domain/time.ts'
import { federatedCredentialBody } from '../federation/body.ts'
import { problemType } from '../shared/problems.ts'
import { isoTimeOrNull } from '../shared/times.ts'
import type {
  AttentionResponse,
  BriefClientResponse,
  BulkResponse,
  CertificateResponse,
  ClientResponse,
  KeyResponse,
  SecretResponse,
} from './response.ts'

/** A client as the admin API shows it. */
export function clientBody(
  client: Client,
  now: Seconds,
  policy: Pick<Policy, 'requireDpop'>,
): ClientResponse {
  return {
    client_id: client.clientId,
    ...toDetailsBody(client),
    status: statusOf(client, now),
    attention: attentionOf(client, now).map(attentionBody),
    secrets: visibleSecrets(client, now).map(secretBody),
    keys: client.publicKeys.map(keyBody),
    federated_credentials: client.federatedCredentials.map(federatedCredentialBody),
    certificates: client.certificates.map(certificateBody),
    roles: client.roles,
    permissions: client.permissions,
    scope: scopeOf(client.access),
    suspended_at: isoTimeOrNull(client.suspension?.at ?? null),
    suspended_reason: client.suspension?.reason ?? null,
    tokens_valid_from: isoTimeOrNull(client.tokensValidFrom),
    propagation: client.propagation,
    created_at: isoTime(client.createdAt),
    created_by: client.createdBy,
    updated_at: isoTime(client.updatedAt),
    last_token_at: isoTimeOrNull(client.lastTokenAt),
    last_used_at: isoTimeOrNull(client.lastUsedAt),
    bound_since: isoTimeOrNull(client.boundSince),
    dpop_required: bindingTerms(client, policy).requireDpop,
  }
}

export function briefClientBody(client: Client, now: Seconds): BriefClientResponse {
  return {
    client_id: client.clientId,
    client_name: client.name,
    status: statusOf(client, now),
    suspended_at: isoTimeOrNull(client.suspension?.at ?? null),
    suspended_reason: client.suspension?.reason ?? null,
    tokens_valid_from: isoTimeOrNull(client.tokensValidFrom),
    last_token_at: isoTimeOrNull(client.lastTokenAt),
    propagation: client.propagation,
  }
}

export function bulkBody(results: BulkResult[], now: Seconds): BulkResponse {
  return {
    results: results.map(({ clientId, before, client, isChanged, refusal }) => ({
      client_id: clientId,
      client_name: before && before.name,
      ok: refusal === null,
      changed: isChanged,
      status: client && statusOf(client, now),
      propagation: client && client.propagation,
      error: refusal ? { type: problemType(refusal.code), detail: refusal.message } : undefined,
    })),
  }
}

/** A secret's metadata: never the secret. */
export function secretBody(secret: Secret): SecretResponse {
  return {
    secret_id: secret.secretId,
    key_id: secret.verifier.keyId,
    hint: secret.hint,
    label: secret.label,
    created_at: isoTime(secret.createdAt),
    created_by: secret.createdBy,
    expires_at: isoTime(secret.expiresAt),
    last_used_at: isoTimeOrNull(secret.lastUsedAt),
    remind: secret.remind,
    reminded_at: isoTimeOrNull(secret.remindedAt),
    reminder_error: secret.reminderError ?? undefined,
    retires_at: isoTimeOrNull(secret.retiresAt),
    retire_others_in: secret.retireOthersIn,
  }
}

export function keyBody(key: PublicKey): KeyResponse {
  return {
    key_id: key.keyId,
    kid: key.kid,
    algorithm: key.algorithm,
    jwk: { ...key.jwk },
    label: key.label,
    replay: key.replay,
    created_at: isoTime(key.createdAt),
    created_by: key.createdBy,
    expires_at: isoTimeOrNull(key.expiresAt),
    last_used_at: isoTimeOrNull(key.lastUsedAt),
    remind: key.remind,
    reminded_at: isoTimeOrNull(key.remindedAt),
    reminder_error: key.reminderError ?? undefined,
  }
}

export function certificateBody({ material, ...rest }: Certificate): CertificateResponse {
  return {
    certificate_id: rest.certificateId,
    ...(material.by === 'thumbprint'
      ? { thumbprint: material.thumbprint, subject: material.subject }
      : { [material.by]: material.name }),
    label: rest.label,
    created_at: isoTime(rest.createdAt),
    created_by: rest.createdBy,
    expires_at: isoTimeOrNull(rest.expiresAt),
    last_used_at: isoTimeOrNull(rest.lastUsedAt),
    remind: rest.remind,
    reminded_at: isoTimeOrNull(rest.remindedAt),
    reminder_error: rest.reminderError ?? undefined,
  }
}

function attentionBody({ reason, expiresAt, ...of }: Attention): AttentionResponse {
  if (expiresAt === undefined) return { reason }
  return {
    reason,
    secret_id: of.secretId,
    key_id: of.keyId,
    credential_id: of.federatedCredentialId,
    certificate_id: of.certificateId,
    expires_at: isoTime(expiresAt),
  }
}
