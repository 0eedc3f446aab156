import type { SecretVerifiers } from '../domain/secret.ts'
import { toBase64url, utf8 } from '../platform/bytes.ts'
import { hmacOf, sameDigest } from './hmac.ts'
import type { KeyRing } from './key-ring.ts'

/** As long as a digest, so that an unknown secret takes the same time as a known one. */
const NO_DIGEST = 'A'.repeat(43)

/**
 * HMAC-SHA-256 under a pepper that is not in the database. No slow hash is needed: a secret is 256
 * random bits, which cannot be guessed.
 */
export function secretVerifiers(pepper: KeyRing): SecretVerifiers {
  const hmac = hmacOf(pepper, 'secret')
  return {
    async make(keyId, secret) {
      const digest = toBase64url(await hmac(secret))
      return { keyId, digest, pepperVersion: pepper.current.version }
    },

    async matches(secret, verifier) {
      const digest = toBase64url(await hmac(secret, verifier?.pepperVersion))
      // Compared as texts: a digest damaged in the database matches nothing, without an error.
      const isSame = sameDigest(utf8(digest), utf8(verifier?.digest ?? NO_DIGEST))
      return isSame && verifier !== null
    },

    isOutdated: (verifier) => verifier.pepperVersion !== pepper.current.version,
  }
}
