import type { PublicJwk } from './public-key.ts'
import type { Seconds } from './time.ts'

/** Where somebody else publishes public keys. */
export type KeySource =
  /** A key set (RFC 7517 §5). */
  | { jwksUri: string }
  /** The metadata of an issuer (OpenID Connect Discovery §4, RFC 8414 §3), which names its key set. */
  | { issuer: string }

/** A key of a set: public, for signatures, and not weak; all others of the set are left out. */
export type RemoteKey = { kid: string | null; alg: string | null; jwk: PublicJwk }

/** The public keys of others: remembered, stored, and read again. */
export interface RemoteKeys {
  /**
   * The last good set: an outage of its publisher is bridged for a day. `lacking`: the set has no key that
   * would verify, so it is read again, at most once in 30 seconds.
   * @throws Refusal where there has never been a good set, or the last one is too old
   */
  of(source: KeySource, now: Seconds, lacking?: 'lacking'): Promise<RemoteKey[]>
}

/** The usable keys of a key set, or what is wrong with the whole. */
export type ParseKeySet = (document: unknown) => Promise<RemoteKey[] | string>
