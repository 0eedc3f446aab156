import type { Lasting } from './lasting.ts'
import type { Seconds } from './time.ts'

/** The algorithms with which a client may sign an assertion; one is pinned to each key. */
export const ASSERTION_ALGORITHMS = ['ES256', 'ES384', 'EdDSA', 'PS256', 'RS256', 'RS384'] as const
export type AssertionAlgorithm = (typeof ASSERTION_ALGORITHMS)[number]

/** How often one assertion is accepted. */
export const REPLAYS = ['once', 'until_exp'] as const
export type Replay = (typeof REPLAYS)[number]

/** The members of a public key that its thumbprint covers (RFC 7638 §3.2), and no others. */
export type PublicJwk = {
  kty: string
  crv?: string
  x?: string
  y?: string
  n?: string
  e?: string
}

/** Members that only a private or a symmetric key has (RFC 7518 §6.2.2, §6.3.2, §6.4; `priv` of kty AKP). */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']

/** Private or symmetric: it must never be sent. */
export function isSecretJwk(jwk: object): boolean {
  return ('kty' in jwk && jwk.kty === 'oct') || PRIVATE_MEMBERS.some((name) => name in jwk)
}

/** As much of a key as verifying an assertion needs. */
export type VerificationKey = {
  keyId: string
  /** The name by which an assertion's header refers to the key: its own, or else its thumbprint. */
  kid: string
  algorithm: AssertionAlgorithm
  jwk: PublicJwk
  /** Null for a key that the client publishes itself. */
  thumbprint: string | null
  replay: Replay
  /** Null: never. */
  expiresAt: Seconds | null
}

/** A public key of a client: it proves itself by assertions signed with the private key (RFC 7523). */
export type PublicKey = VerificationKey & Lasting

export const PUBLIC_KEYS_MAX = 10
export const LABEL_MAX = 100
/** The bytes of an RSA modulus: 2048 to 4096 bits. */
export const RSA_BYTES = { least: 256, most: 512 }

/** Everything that decides how a key's assertions are judged, but for its dates. */
export type KeyMaterial = Pick<
  VerificationKey,
  'kid' | 'algorithm' | 'jwk' | 'thumbprint' | 'replay'
>

/** The text whose keyed hash proves that this deployment stored the key, and for this client. */
export function sealedMaterial(clientId: string, keyId: string, material: KeyMaterial): string {
  const { kid, algorithm, thumbprint, replay, jwk } = material
  return JSON.stringify(['public_key', clientId, keyId, kid, algorithm, thumbprint, replay, jwk])
}

/** A key as an administrator gives it, with what was computed from it. */
export type GivenKey = Pick<PublicKey, 'kid' | 'algorithm' | 'jwk' | 'thumbprint'>

export interface PublicKeyReader {
  /**
   * Reads a JWK (RFC 7517) or a PEM public key. Returns what is wrong with a key that must not be
   * used: a private or symmetric one, a weak one, one for another purpose.
   */
  read(
    given: { jwk: object } | { pem: string },
    algorithm?: AssertionAlgorithm,
  ): Promise<GivenKey | string>
}
