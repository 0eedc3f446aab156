import { Unavailable } from '../domain/errors.ts'
import type { Algorithm, SigningKey } from '../domain/signing-key.ts'
import { utf8 } from './bytes.ts'
import { KEY_ALGORITHMS, type KeyWrapping } from './key-wrapping.ts'

export const SIGNATURES = {
  ES256: { name: 'ECDSA', hash: 'SHA-256' },
  RS256: { name: 'RSASSA-PKCS1-v1_5' },
} as const

type Tried = Pick<SigningKey, 'kid' | 'algorithm' | 'publicJwk' | 'wrappedKey'>

const PROBE = utf8('portcullis: can this key sign?')

/**
 * Unwraps a key as it is stored, signs with it, and verifies by what is published: what a token would find
 * out, before one depends on it.
 *
 * @throws Unavailable that says why the key cannot be used
 */
export async function tryKey(wrapping: KeyWrapping, key: Tried): Promise<void> {
  const privateKey = await unwrapped(wrapping, key.wrappedKey, key.kid, key.algorithm)
  if (await signsFor(privateKey, key)) return
  throw new Unavailable('signing_key', 'what it signs does not verify by its public key')
}

async function signsFor(privateKey: CryptoKey, { algorithm, publicJwk }: Tried): Promise<boolean> {
  const [how, jwk] = [SIGNATURES[algorithm], JSON.parse(publicJwk) as JsonWebKey]
  try {
    const as = KEY_ALGORITHMS[algorithm]
    const publicKey = await crypto.subtle.importKey('jwk', jwk, as, false, ['verify'])
    const signature = await crypto.subtle.sign(how, privateKey, PROBE)
    return await crypto.subtle.verify(how, publicKey, signature, PROBE)
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unknown error'
    throw new Unavailable('signing_key', `it cannot sign (${why})`)
  }
}

export async function unwrapped(
  wrapping: KeyWrapping,
  wrappedKey: string,
  kid: string,
  algorithm: Algorithm,
): Promise<CryptoKey> {
  try {
    return await wrapping.unwrap(wrappedKey, kid, algorithm)
  } catch (error) {
    // A garbled row, or a wrapping key of another version or deployment: nothing is signed with it.
    const why = error instanceof Error ? error.message : 'unknown error'
    throw new Unavailable('signing_key', `it cannot be unwrapped (${why})`)
  }
}
