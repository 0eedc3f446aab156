import type { KeyedHashes } from '../domain/idempotency.ts'
import { toBase64url } from './bytes.ts'
import { hmacOf } from './hmac.ts'
import type { KeyRing } from './key-ring.ts'

/**
 * Recognises a text that is not kept: HMAC-SHA-256, because who has the database could guess what a
 * plain hash is of.
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
