import { type Client, visibleSecrets } from './client.ts'
import { type Credentials, hasEnded, visibleCredentials } from './credentials-of.ts'
import { isRetiring } from './secret.ts'
import { DAY, type Seconds } from './time.ts'

export const STATUSES = ['suspended', 'expired', 'needs_attention', 'available'] as const
export type ClientStatus = (typeof STATUSES)[number]

export const ATTENTION_REASONS = [
  ...(['secret_expired', 'secret_expiring', 'key_expired', 'key_expiring'] as const),
  ...(['federated_credential_expired', 'federated_credential_expiring'] as const),
  ...(['certificate_expired', 'certificate_expiring'] as const),
  ...(['keys_unreachable', 'no_permissions', 'no_credentials'] as const),
]
export type AttentionReason = (typeof ATTENTION_REASONS)[number]

export type Attention = {
  reason: AttentionReason
  secretId?: string
  keyId?: string
  federatedCredentialId?: string
  certificateId?: string
  expiresAt?: Seconds
}

/** How long before its end a credential needs a person's attention. */
export const ATTENTION_PERIOD: Seconds = 14 * DAY

type Judged = Pick<Client, 'suspension' | 'access'> & Credentials

/** The one rule of status, from what is stored and the time; the first that applies wins. */
export function statusOf(client: Judged, now: Seconds): ClientStatus {
  if (client.suspension) return 'suspended'
  if (hasOnlyExpiredCredentials(client, now)) return 'expired'
  return attentionOf(client, now).length > 0 ? 'needs_attention' : 'available'
}

/** Every reason for which a person should look, whatever the status. */
export function attentionOf(client: Judged, now: Seconds): Attention[] {
  const secrets = visibleSecrets(client, now)
  const reasons: Attention[] = secrets
    .filter((secret) => !isRetiring(secret) && secret.expiresAt - now <= ATTENTION_PERIOD)
    .map(({ secretId, expiresAt }) => ({
      reason: expiresAt <= now ? 'secret_expired' : 'secret_expiring',
      secretId,
      expiresAt,
    }))
  for (const { keyId, expiresAt } of client.publicKeys) {
    if (!endsSoon(expiresAt, now)) continue
    reasons.push({ reason: expiresAt <= now ? 'key_expired' : 'key_expiring', keyId, expiresAt })
  }
  for (const { credentialId, expiresAt } of client.federatedCredentials) {
    if (!endsSoon(expiresAt, now)) continue
    const end = expiresAt <= now ? 'expired' : 'expiring'
    const reason = `federated_credential_${end}` as const
    reasons.push({ reason, federatedCredentialId: credentialId, expiresAt })
  }
  for (const { certificateId, expiresAt } of client.certificates) {
    if (!endsSoon(expiresAt, now)) continue
    const reason = expiresAt <= now ? 'certificate_expired' : 'certificate_expiring'
    reasons.push({ reason, certificateId, expiresAt })
  }
  if (client.publishedKeys?.readError) reasons.push({ reason: 'keys_unreachable' })
  if (client.access.length === 0) reasons.push({ reason: 'no_permissions' })
  if (!hasCredentials(client, now)) reasons.push({ reason: 'no_credentials' })
  return reasons
}

function endsSoon(expiresAt: Seconds | null, now: Seconds): expiresAt is Seconds {
  return expiresAt !== null && expiresAt - now <= ATTENTION_PERIOD
}

function hasCredentials(client: Judged, now: Seconds): boolean {
  return visibleCredentials(client, now).length > 0
}

function hasOnlyExpiredCredentials(client: Judged, now: Seconds): boolean {
  const all = visibleCredentials(client, now)
  return all.length > 0 && all.every((credential) => hasEnded(credential, now))
}
