import { Unavailable } from '../domain/errors.ts'
import type { SigningKeyMaker } from '../domain/signing.ts'
import type { Algorithm } from '../domain/signing-key.ts'
import { sha256 } from '../platform/sha256.ts'
import { tryKey } from './key-trial.ts'
import { KEY_ALGORITHMS, type KeyWrapping } from './key-wrapping.ts'

const GENERATED = {
  ES256: KEY_ALGORITHMS.ES256,
  RS256: {
    ...KEY_ALGORITHMS.RS256,
    modulusLength: 2048,
    publicExponent: Uint8Array.of(1, 0, 1),
  },
}

/** The members of a public key, in the order of its thumbprint (RFC 7638 §3.2). */
const MEMBERS = { ES256: ['crv', 'kty', 'x', 'y'], RS256: ['e', 'kty', 'n'] } as const

/**
 * Makes signing keys. The `kid` is the key's thumbprint (RFC 7638): one name for one key,
 * permanently.
 */
export function signingKeyMaker(wrapping: KeyWrapping): SigningKeyMaker {
  return {
    async make(algorithm) {
      const pair = await crypto.subtle.generateKey(GENERATED[algorithm], true, ['sign', 'verify'])
      const { publicKey, privateKey } = pair as CryptoKeyPair
      const publicJwk = await publicMembers(publicKey, algorithm)
      const kid = await sha256(publicJwk)
      const key = { kid, publicJwk, wrappedKey: await wrapping.wrap(privateKey, kid) }
      // Never publish a key that could not sign when its time comes.
      const problem = await tryKey(wrapping, { ...key, algorithm })
      if (problem) throw new Unavailable('signing_key', `the key that was made is bad: ${problem}`)
      return key
    },
  }
}

async function publicMembers(key: CryptoKey, algorithm: Algorithm): Promise<string> {
  const jwk = (await crypto.subtle.exportKey('jwk', key)) as JsonWebKey
  return JSON.stringify(Object.fromEntries(MEMBERS[algorithm].map((name) => [name, jwk[name]])))
}
