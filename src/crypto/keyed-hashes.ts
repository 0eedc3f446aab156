import type { KeyedHashes } from '../domain/idempotency.ts'
import { toBase64url } from '../platform/bytes.ts'
import { hmacOf } from './hmac.ts'
import type { KeyRing } from './key-ring.ts'

/**
 * Recognises a text without storing it. HMAC-SHA-256, because a plain hash could be reversed by
 * guessing if the database leaks.
 */
export function keyedHashes(ring: KeyRing, purpose: string): KeyedHashes {
  const hmac = hmacOf(ring, purpose)
  return {
    async of(text) {
      const older = [...ring.versions.keys()].filter((one) => one !== ring.current.version)
      const [current, ...rest] = await Promise.all(
        [ring.current.version, ...older].map(async (one) => toBase64url(await hmac(text, one))),
      )
      return [current as string, ...rest]
    },
  }
}
