import type { Client } from '../../domain/client.ts'
import { endOf } from '../../domain/secret.ts'
import type { Seconds } from '../../domain/time.ts'

/** When the first of its working credentials ends; if none works, when the last one ended; null: never. */
export function soonestEnd(client: Client, now: Seconds): Seconds | null {
  const lasting = [...client.publicKeys, ...client.federatedCredentials, ...client.certificates]
  const ends = [...client.secrets.map(endOf), ...lasting.flatMap((one) => one.expiresAt ?? [])]
  const sorted = ends.toSorted((a, b) => a - b)
  const next = sorted.find((end) => end > now)
  if (next !== undefined) return next
  const isEndless = client.publishedKeys || lasting.some((one) => one.expiresAt === null)
  return isEndless ? null : (sorted.at(-1) ?? null)
}
