import { onlyPemBlock } from '../../platform/pem.ts'
import { usageFailure } from '../failure.ts'
import { hasPrivateKey, jsonOf } from '../key-file.ts'

/** A JWK, or null for a text that does not begin like one. */
export function jwkIn(text: string): Record<string, unknown> | null {
  if (!text.startsWith('{')) return null
  const jwk = jsonOf(text)
  // The parser's own message would quote the text, and a private key in it.
  if (jwk === undefined) throw usageFailure('The key begins like a JWK, but is not JSON.')
  return jwk as Record<string, unknown>
}

/** The fields of a request for the key. */
export function readPublicKey(text: string): { jwk: object } | { pem: string } {
  if (hasPrivateKey(text)) {
    throw usageFailure('That is a private key, which stays with its client. Nothing was sent.')
  }
  const jwk = jwkIn(text)
  if (jwk && typeof jwk['kty'] === 'string') return { jwk }
  if (onlyPemBlock(text, 'PUBLIC KEY') !== null) return { pem: text }
  throw usageFailure(
    'That is not a public key: one block of -----BEGIN PUBLIC KEY-----, and nothing else, or a JWK.',
  )
}
