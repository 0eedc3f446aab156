import { Unavailable } from '../domain/errors.ts'
import type { Algorithm, SigningKey } from '../domain/signing-key.ts'
import { utf8 } from '../platform/bytes.ts'
import { KEY_ALGORITHMS, type KeyWrapping } from './key-wrapping.ts'

export const SIGNATURES = {
  ES256: { name: 'ECDSA', hash: 'SHA-256' },
  RS256: { name: 'RSASSA-PKCS1-v1_5' },
} as const

type Tried = Pick<SigningKey, 'kid' | 'algorithm' | 'publicJwk' | 'wrappedKey'>

const PROBE = utf8('portcullis: can this key sign?')

/**
 * Errors of Web Crypto for a damaged key or one of another kind; any other error is not the key's
 * fault.
 */
const BAD_KEY = new Set(['OperationError', 'SyntaxError', 'DataError'])

/**
 * Unwraps a key as stored, signs with it, and verifies with the published key: finds out what a
 * token would, before one depends on it. Returns null if that works, otherwise why it never will.
 *
 * @throws Unavailable if this cannot be determined now
 */
export async function tryKey(wrapping: KeyWrapping, key: Tried): Promise<string | null> {
  try {
    return (await signsFor(wrapping, key))
      ? null
      : 'what it signs does not verify by its public key'
  } catch (error) {
    const name = error instanceof Error ? error.name : 'unknown error'
    if (BAD_KEY.has(name)) return `it cannot be unwrapped, or cannot sign (${name})`
    throw new Unavailable('signing_key', `it cannot be tried (${name})`)
  }
}

async function signsFor(wrapping: KeyWrapping, tried: Tried): Promise<boolean> {
  const { kid, algorithm, publicJwk, wrappedKey } = tried
  const [how, as] = [SIGNATURES[algorithm], KEY_ALGORITHMS[algorithm]]
  const privateKey = await wrapping.unwrap(wrappedKey, kid, algorithm)
  const jwk = JSON.parse(publicJwk) as JsonWebKey
  const publicKey = await crypto.subtle.importKey('jwk', jwk, as, false, ['verify'])
  const signature = await crypto.subtle.sign(how, privateKey, PROBE)
  return crypto.subtle.verify(how, publicKey, signature, PROBE)
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
    // A damaged row, or a wrapping key of another version or deployment: it signs nothing.
    const why = error instanceof Error ? error.message : 'unknown error'
    throw new Unavailable('signing_key', `it cannot be unwrapped (${why})`)
  }
}
