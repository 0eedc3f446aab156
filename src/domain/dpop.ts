import type { Seconds } from './time.ts'

/** The algorithms of a proof. Ed25519 has an old name and that of RFC 9864. */
export const DPOP_ALGORITHMS = ['ES256', 'ES384', 'EdDSA', 'Ed25519', 'PS256', 'RS256'] as const
export type DpopAlgorithm = (typeof DPOP_ALGORITHMS)[number]

/** How far a proof's `iat` may be from now, either way, unless a deployment says otherwise. */
export const PROOF_MAX_AGE = 60

/** How far a client's clock may always be ahead (RFC 9449 §11.1). */
export const PROOF_SKEW = 10

/** Its header repeats the key: with RSA of 4096 bits it has some 3,000 characters. */
export const PROOF_LENGTH_MAX = 8192

export const PROOF_JTI_MAX = 256

/** Proof of possession of a key (RFC 9449): whose, and how to know it again. */
export type Proof = {
  /** The thumbprint of the key (RFC 7638). */
  jkt: string
  jti: string
  iat: Seconds
  algorithm: DpopAlgorithm
  nonce: string | null
}

/** The check that a proof fails; RFC 9449 §4.3 has them in another order. */
export const PROOF_FAULTS = [
  'no_proof',
  'several_proofs',
  'malformed',
  'wrong_type',
  'wrong_algorithm',
  'wrong_key',
  'wrong_signature',
  'no_jti',
  'wrong_method',
  'wrong_url',
  'wrong_time',
  'wrong_token',
] as const
export type ProofFault = (typeof PROOF_FAULTS)[number]

/** The request that a proof must be for. */
export type ProvenRequest = {
  method: string
  /** The URLs by which clients reach it, from configuration: `Host` is whatever a client says. */
  urls: readonly string[]
  /** The token that the request carries, at an API; none at the token endpoint. */
  accessToken?: string | undefined
}

export type ProofRules = {
  algorithms: readonly DpopAlgorithm[]
  maxAge: Seconds
}

/** Texts that proofs must contain, so that each was made in the last minutes (RFC 9449 §8, §9). */
export type Nonces = {
  /** The nonce for a client's next proofs. */
  current(now: Seconds): Promise<string>
  /** Whether it is the current one, or the one before. */
  isFresh(nonce: string | null, now: Seconds): Promise<boolean>
}

/** Verifies proofs by the rules of a deployment. */
export interface ProofVerifier {
  verify(
    header: string,
    request: ProvenRequest,
    now: Seconds,
  ): Promise<Proof | { fault: ProofFault }>
}
