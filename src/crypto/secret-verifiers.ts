import type { SecretVerifiers } from '../domain/secret.ts'
import { toBase64url, utf8 } from './bytes.ts'
import { hmacOf, sameDigest } from './hmac.ts'
import type { KeyRing } from './key-ring.ts'

/** As long as a digest, so that nobody's costs what somebody's does. */
const NOBODYS = 'A'.repeat(43)

/**
 * HMAC-SHA-256 under a pepper that the database does not hold. No slow hash: a secret is 256 random
 * bits, so there is nothing to guess.
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
      // As texts: one that is garbled in the database matches nothing, and is no error either.
      const isSame = sameDigest(utf8(digest), utf8(verifier?.digest ?? NOBODYS))
      return isSame && verifier !== null
    },

    isOutdated: (verifier) => verifier.pepperVersion !== pepper.current.version,
  }
}
