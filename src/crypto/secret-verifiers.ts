import { keptHash, sealedHashIn } from '../domain/imported-secret.ts'
import type { SecretVerifiers } from '../domain/secret.ts'
import { toBase64url, utf8 } from '../platform/bytes.ts'
import { hmacOf, sameDigest } from './hmac.ts'
import type { KeyRing } from './key-ring.ts'
import { matchesPbkdf2 } from './pbkdf2.ts'
import { sealedTexts } from './sealed-texts.ts'

/** As long as a digest, so that an unknown secret takes the same time as a known one. */
const NO_DIGEST = 'A'.repeat(43)

/**
 * HMAC-SHA-256 under a pepper that is not in the database. No slow hash is needed: a secret is 256
 * random bits, which cannot be guessed.
 */
export function secretVerifiers(pepper: KeyRing): SecretVerifiers {
  const hmac = hmacOf(pepper, 'secret')
  const hashes = sealedTexts(pepper, 'imported-hash')
  return {
    async make(keyId, secret) {
      const digest = toBase64url(await hmac(secret))
      return { keyId, digest, pepperVersion: pepper.current.version }
    },

    // Encrypted, because the hash of a weak secret gives it away, and bound to its key id, because
    // write access to D1 must not be enough to add a secret.
    async keep(keyId, hash) {
      const digest = keptHash(await hashes.seal([keyId, hash]))
      return { keyId, digest, pepperVersion: pepper.current.version }
    },

    async matches(secret, verifier) {
      const digest = toBase64url(await hmac(secret, verifier?.pepperVersion))
      // Compared as texts: a digest damaged in the database matches nothing, without an error.
      const isSame = sameDigest(utf8(digest), utf8(verifier?.digest ?? NO_DIGEST))
      const sealed = verifier && sealedHashIn(verifier)
      if (!verifier || sealed === null) return isSame && verifier !== null
      const [keyId, hash] = ((await hashes.open(sealed)) ?? []) as string[]
      return keyId === verifier.keyId && hash !== undefined && matchesPbkdf2(secret, hash)
    },

    isOutdated: (verifier) =>
      verifier.pepperVersion !== pepper.current.version || sealedHashIn(verifier) !== null,
  }
}
