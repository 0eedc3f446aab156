import type { Address } from './credential.ts'
import type { Seconds } from './time.ts'

/** One attempt to prove an identity. */
export type Attempt = {
  address: Address
  /** The claimed identity; empty if only one is possible. */
  name: string
  /**
   * The secret presented. Null for every secret that cannot be right; these all count as the same
   * one.
   */
  secret: string | null
}

/**
 * Counts failed attempts (RFC 6749 §2.3.1) by address, name and secret. A secret that failed often
 * is ignored for a while; others are still checked, because one of them may be right.
 */
export interface FailureLimit {
  /** Seconds until such an attempt is accepted again; 0 if it is accepted now. */
  wait(attempt: Attempt, now: Seconds): Seconds | Promise<Seconds>
  /**
   * Records a failure. Returns the seconds that its sender has to wait if it was one too many,
   * otherwise 0.
   */
  record(attempt: Attempt, now: Seconds): Promise<Seconds>
}

/**
 * Separate counts for each kind, so that a client's name cannot collide with a person's attempts.
 */
export type FailureCounts = {
  /** Failed client authentications. */
  failures: FailureLimit
  /** Failed attempts to be the bootstrap token. */
  guesses: FailureLimit
  /** Verifications of hashes that other servers made, whatever came of them: each is expensive. */
  hashChecks: FailureLimit
  /** Failed sign-ins at the identity provider. */
  signInFailures: FailureLimit
}
