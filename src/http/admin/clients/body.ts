import { type Client, visibleSecrets } from '../../../domain/client.ts'
import { scopeOf } from '../../../domain/permission.ts'
import type { Secret } from '../../../domain/secret.ts'
import { type Attention, attentionOf, statusOf } from '../../../domain/status.ts'
import { toDetailsBody } from '../../../web/client-input.ts'
import { isoTime, type Seconds } from '../../../domain/time.ts'
import { isoTimeOrNull } from '../shared/times.ts'
import type { AttentionResponse, ClientResponse, SecretResponse } from './response.ts'

/** A client as the admin API shows it. */
export function clientBody(client: Client, now: Seconds): ClientResponse {
  return {
    client_id: client.clientId,
    ...toDetailsBody(client),
    status: statusOf(client, now),
    attention: attentionOf(client, now).map(attentionBody),
    secrets: visibleSecrets(client, now).map(secretBody),
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
  }
}

/** A secret's metadata: never the secret, and not its key id either. */
export function secretBody(secret: Secret): SecretResponse {
  return {
    secret_id: secret.secretId,
    hint: secret.hint,
    created_at: isoTime(secret.createdAt),
    expires_at: isoTime(secret.expiresAt),
    last_used_at: isoTimeOrNull(secret.lastUsedAt),
    remind: secret.remind,
    reminded_at: isoTimeOrNull(secret.remindedAt),
    reminder_error: secret.reminderError ?? undefined,
    retires_at: isoTimeOrNull(secret.retiresAt),
  }
}

function attentionBody({ reason, secretId, expiresAt }: Attention): AttentionResponse {
  if (secretId === undefined || expiresAt === undefined) return { reason }
  return { reason, secret_id: secretId, expires_at: isoTime(expiresAt) }
}
