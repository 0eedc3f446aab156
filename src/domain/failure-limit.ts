import type { Address } from './credential.ts'
import type { Seconds } from './time.ts'

/** One try to prove who somebody is. */
export type Attempt = {
  address: Address
  /** Who they say they are; empty where nobody else is asked for. */
  name: string
  /** What they prove it with. Null for all that cannot be right, which counts as one and the same. */
  secret: string | null
}

/**
 * Counts attempts that failed (RFC 6749 §2.3.1), by address, name and secret: one that failed often is not
 * looked at for a while, and another is, which may be the right one.
 */
export interface FailureLimit {
  /** Seconds until such an attempt is looked at again; 0 where it is now. */
  wait(attempt: Attempt, now: Seconds): Promise<Seconds>
  /** Notes that it failed: seconds to wait for whoever sent it, where that was one too many; else 0. */
  record(attempt: Attempt, now: Seconds): Promise<Seconds>
}

/** Each kind by itself, so that no client can be called what would count among people's attempts. */
export type FailureCounts = {
  /** Of clients. */
  failures: FailureLimit
  /** Of whoever would be the bootstrap token. */
  guesses: FailureLimit
  /** Of signing in at the provider. */
  signInFailures: FailureLimit
}
