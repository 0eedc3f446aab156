import { usageFailure } from '../failure.ts'

/** A JWK, or null for a text that does not begin like one. */
export function jwkIn(text: string): Record<string, unknown> | null {
  if (!text.startsWith('{')) return null
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch (error) {
    // The parser's own message would quote the text, and a private key in it.
    if (error instanceof SyntaxError)
      throw usageFailure('The key begins like a JWK, but is not JSON.')
    throw error
  }
}

/** The fields of a request for the key. A private key never leaves this machine. */
export function readPublicKey(text: string): { jwk: object } | { pem: string } {
  const jwk = jwkIn(text)
  if (jwk ? 'd' in jwk || 'k' in jwk : text.includes('PRIVATE KEY-----')) {
    throw usageFailure('That is a private key, which stays with its client. Nothing was sent.')
  }
  return jwk ? { jwk } : { pem: text }
}
