import type { Client } from './client.ts'
import { type ClientCredential, credentialsOf } from './credentials-of.ts'
import { endOf, hasVanished } from './secret.ts'
import { isoTime, type Seconds } from './time.ts'

export function findCredential(client: Client, id: string): ClientCredential | null {
  return credentialsOf(client).find((one) => one.id === id) ?? null
}

/** Why the credential does not work at `now`, apart from its client; nothing if it does. */
export function whyEnded(found: ClientCredential, now: Seconds): string[] {
  const { kind, createdAt, expiresAt, retiresAt } = found
  if (expiresAt === null) return []
  const term = { createdAt, expiresAt, retiresAt }
  if (hasVanished(term, now)) return [`This secret was ended at ${isoTime(endOf(term))}.`]
  if (endOf(term) <= now) return [`This credential expired at ${isoTime(endOf(term))}.`]
  // One just made may be ahead of a slow clock: only a secret waits for its time.
  return kind === 'secret' && createdAt > now ? ['This secret is not valid yet.'] : []
}
