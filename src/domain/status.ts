import { type Client, visibleSecrets } from './client.ts'
import { endOf, isRetiring } from './secret.ts'
import { DAY, type Seconds } from './time.ts'

export const STATUSES = ['suspended', 'expired', 'needs_attention', 'available'] as const
export type ClientStatus = (typeof STATUSES)[number]

export type Attention = {
  reason: 'secret_expired' | 'secret_expiring' | 'no_permissions' | 'no_credentials'
  secretId?: string
  expiresAt?: Seconds
}

/** How long before its end a secret needs a person's attention. */
export const ATTENTION_PERIOD: Seconds = 14 * DAY

type Judged = Pick<Client, 'suspension' | 'secrets' | 'access'>

/** The one rule of status, from what is stored and the time; the first that applies wins. */
export function statusOf(client: Judged, now: Seconds): ClientStatus {
  if (client.suspension) return 'suspended'
  if (hasOnlyExpiredSecrets(client, now)) return 'expired'
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
  if (client.access.length === 0) reasons.push({ reason: 'no_permissions' })
  if (secrets.length === 0) reasons.push({ reason: 'no_credentials' })
  return reasons
}

function hasOnlyExpiredSecrets(client: Judged, now: Seconds): boolean {
  const secrets = visibleSecrets(client, now)
  return secrets.length > 0 && secrets.every((secret) => endOf(secret) <= now)
}
