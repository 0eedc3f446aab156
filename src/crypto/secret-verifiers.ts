import type { SecretVerifiers } from '../domain/ports.ts'
import { fromBase64url, toBase64url } from './bytes.ts'
import { hmacOf, sameDigest } from './hmac.ts'
import type { KeyRing } from './key-ring.ts'

const NOBODYS = new Uint8Array(32)

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
      const digest = await hmac(secret, verifier?.pepperVersion)
      const expected = verifier ? fromBase64url(verifier.digest) : NOBODYS
      return sameDigest(digest, expected) && verifier !== null
    },

    isOutdated: (verifier) => verifier.pepperVersion !== pepper.current.version,
  }
}
