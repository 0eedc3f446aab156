import type { AssertionAudience } from './client-details.ts'
import type { VerificationKey } from './public-key.ts'
import type { Seconds } from './time.ts'

/** The most seconds that an assertion may be valid from now on. */
export const ASSERTION_LIFETIME: Seconds = 300
/** The same for a key whose assertions are accepted until they expire. */
export const STATIC_ASSERTION_LIFETIME: Seconds = 3600
/** How far a client's clock may be off: an assertion is accepted that much early or late. */
export const ASSERTION_SKEW: Seconds = 30
export const ASSERTION_JTI_MAX = 128

/** Why an assertion is refused: for the log alone, the caller is told nothing of it. */
export const ASSERTION_FAULTS = [
  'malformed',
  'unknown_client_or_key',
  'wrong_algorithm',
  'wrong_signature',
  'wrong_issuer_or_subject',
  'wrong_audience',
  'expired',
  'lives_too_long',
  'not_valid_yet',
  'no_jti',
  'expired_key',
  'used_before_or_key_gone',
  'keys_unreachable',
] as const
export type AssertionFault = (typeof ASSERTION_FAULTS)[number]

/** The keys of a client, and what it may write into `aud`. */
export type VerificationKeys = { keys: VerificationKey[]; audience: AssertionAudience }

/**
 * An assertion whose signature and claims hold. `id` tells it from every other of the client;
 * `meetsFapi`: whether a client with the profile `fapi2` may use it.
 */
export type ProvenAssertion = {
  key: VerificationKey
  id: string
  expiresAt: Seconds
  meetsFapi: boolean
}

export interface AssertionVerifier {
  verify(
    assertion: string,
    clientId: string,
    known: VerificationKeys | null,
    now: Seconds,
  ): Promise<ProvenAssertion | { fault: AssertionFault }>
}

/** A client's public keys, remembered in memory: whether one is still there is asked with each use. */
export interface VerificationKeyReads {
  /** Remembered for a while; `afresh` asks the database. */
  of(clientId: string, now: Seconds, afresh?: 'afresh'): Promise<Remembered>
  /** Drops the keys of a client, which turned out to be outdated. */
  forget(clientId: string): void
}

export type Remembered = { known: VerificationKeys | null; isFresh: boolean }
