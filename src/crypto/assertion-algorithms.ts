import type { AssertionAlgorithm } from '../domain/public-key.ts'

/** How WebCrypto imports a key for each algorithm (RFC 7518 §3.1). */
export const VERIFICATION = {
  ES256: { name: 'ECDSA', namedCurve: 'P-256' },
  ES384: { name: 'ECDSA', namedCurve: 'P-384' },
  EdDSA: { name: 'Ed25519' },
  PS256: { name: 'RSA-PSS', hash: 'SHA-256' },
  RS256: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  RS384: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-384' },
} satisfies Record<AssertionAlgorithm, object>

/** The names in a header that mean the algorithm: Ed25519 has an old one and that of RFC 9864. */
export function headerNames(algorithm: AssertionAlgorithm): string[] {
  return algorithm === 'EdDSA' ? ['EdDSA', 'Ed25519'] : [algorithm]
}
