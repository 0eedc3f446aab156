import { type Client, visibleSecrets } from '../../domain/client.ts'
import { scopeOf } from '../../domain/permission.ts'
import type { Secret } from '../../domain/secret.ts'
import { type Attention, attentionOf, statusOf } from '../../domain/status.ts'
import { toDetailsBody } from '../../web/client-input.ts'
import { isoTime, type Seconds } from '../../domain/time.ts'

/** A client as the admin API shows it. */
export function clientBody(client: Client, now: Seconds) {
  return {
    client_id: client.clientId,
    ...toDetailsBody(client),
    status: statusOf(client, now),
    attention: attentionOf(client, now).map(attentionBody),
    secrets: visibleSecrets(client, now).map(secretBody),
    roles: client.roles,
    permissions: client.permissions,
    scope: scopeOf(client.access),
    suspended_at: timeOrNull(client.suspension?.at ?? null),
    suspended_reason: client.suspension?.reason ?? null,
    tokens_valid_from: timeOrNull(client.tokensValidFrom),
    propagation: client.propagation,
    created_at: isoTime(client.createdAt),
    created_by: client.createdBy,
    updated_at: isoTime(client.updatedAt),
    last_token_at: timeOrNull(client.lastTokenAt),
  }
}

/** A secret's metadata: never the secret, and not its key id either. */
export function secretBody(secret: Secret) {
  return {
    secret_id: secret.secretId,
    hint: secret.hint,
    created_at: isoTime(secret.createdAt),
    expires_at: isoTime(secret.expiresAt),
    last_used_at: timeOrNull(secret.lastUsedAt),
    remind: secret.remind,
    reminded_at: timeOrNull(secret.remindedAt),
    reminder_error: secret.reminderError ?? undefined,
    retires_at: timeOrNull(secret.retiresAt),
  }
}

function attentionBody({ reason, secretId, expiresAt }: Attention) {
  if (secretId === undefined || expiresAt === undefined) return { reason }
  return { reason, secret_id: secretId, expires_at: isoTime(expiresAt) }
}

export function timeOrNull(at: Seconds | null): string | null {
  return at === null ? null : isoTime(at)
}
