import type { DpopAlgorithm } from '../domain/dpop.ts'
import { isCanonicalBase64url } from '../platform/base64.ts'

/** The members that a thumbprint covers, in the order of RFC 7638 §3.3. */
export type EmbeddedKey = Record<string, string>

const MEMBERS = { EC: ['crv', 'kty', 'x', 'y'], OKP: ['crv', 'kty', 'x'], RSA: ['e', 'kty', 'n'] }

const KEYS: Record<DpopAlgorithm, { kty: keyof typeof MEMBERS; crv?: string }> = {
  ES256: { kty: 'EC', crv: 'P-256' },
  ES384: { kty: 'EC', crv: 'P-384' },
  EdDSA: { kty: 'OKP', crv: 'Ed25519' },
  Ed25519: { kty: 'OKP', crv: 'Ed25519' },
  PS256: { kty: 'RSA' },
  RS256: { kty: 'RSA' },
}

const SECRET_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

/** RSA of 2048 to 4096 bits: a larger one costs the verifier more than its sender. */
const MODULUS_LENGTH = { least: 342, most: 683 }

/** The public key of a proof's header; null if it is none, is weak, or is not for `algorithm`. */
export function embeddedKey(jwk: unknown, algorithm: DpopAlgorithm): EmbeddedKey | null {
  if (typeof jwk !== 'object' || jwk === null) return null
  // RFC 9449 §4.3: a client that shows its private key has lost it.
  if (SECRET_MEMBERS.some((name) => name in jwk)) return null
  const { kty, crv } = KEYS[algorithm]
  const key: EmbeddedKey = {}
  for (const name of MEMBERS[kty]) {
    const value: unknown = (jwk as Record<string, unknown>)[name]
    if (typeof value !== 'string') return null
    key[name] = value
  }
  return key['kty'] === kty && key['crv'] === crv && isUsable(key) ? key : null
}

function isUsable({ kty: _kty, crv: _crv, e = 'AQAB', n, ...point }: EmbeddedKey): boolean {
  const { least, most } = MODULUS_LENGTH
  if (n !== undefined && !(n.length >= least && n.length <= most)) return false
  // One key has one spelling, and so one thumbprint.
  return e === 'AQAB' && [...Object.values(point), n ?? 'AQAB'].every(isCanonicalBase64url)
}
