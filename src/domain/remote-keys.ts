import type { PublicJwk } from './public-key.ts'
import type { Verifier } from './secret.ts'
import { DAY, type Seconds } from './time.ts'

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
  /** Reads a set again, whatever is known of it. A failure is recorded, not thrown. */
  readAgain(source: KeySource, now: Seconds): Promise<void>
}

/** How long the last good set is used while its publisher gives no newer one. */
export const STALE_KEYS_MAX: Seconds = DAY
/** The minimum time between two attempts to read a set for want of a key. */
export const READ_COOLDOWN: Seconds = 30
export const REMOTE_KEYS_MAX = 30

/** JSON that was read from somebody else, and how long it need not be read again. */
export type JsonAnswer = { json: unknown; freshFor: Seconds }

/** @throws Error that says what went wrong, for the log: it quotes nothing of the answer */
export type ReadJson = (url: string) => Promise<JsonAnswer>

/** The usable keys of a key set, or what is wrong with the whole. */
export type ParseKeySet = (document: unknown) => Promise<RemoteKey[] | string>

/** A set as it was read. */
export type ReadKeySet = { keys: RemoteKey[]; readAt: Seconds; freshUntil: Seconds }

/** The same as it is stored: its keys are JSON, and a keyed hash proves that we stored them. */
export type SealedKeySet = Omit<ReadKeySet, 'keys'> & { keys: string; verifier: Verifier }

/** The last good set, and when the last attempt to read a newer one was made. */
export type StoredKeySet = { set: SealedKeySet | null; triedAt: Seconds }

/** The text whose keyed hash proves that this deployment read the set, there and then. */
export function sealedSetText(
  name: string,
  { keys, readAt, freshUntil }: Omit<SealedKeySet, 'verifier'>,
): string {
  return JSON.stringify(['key_set', name, readAt, freshUntil, keys])
}

/** `isUsed`: whether any client still depends on it. */
export type WaitingKeySet = { name: string; isUsed: boolean }

export interface KeySets {
  find(name: string): Promise<StoredKeySet | null>
  keep(name: string, set: SealedKeySet): Promise<void>
  /** Records an attempt that failed. The last good set stays. */
  noteFailure(name: string, now: Seconds, error: string): Promise<void>
  /** Sets that were last tried before `before`, those that wait longest first. */
  triedBefore(before: Seconds, limit: number): Promise<WaitingKeySet[]>
  forget(names: string[]): Promise<void>
}

/** The name under which a source is stored and remembered. */
export function nameOfSource(source: KeySource): string {
  return 'jwksUri' in source ? `jwks_uri ${source.jwksUri}` : `issuer ${source.issuer}`
}

export function sourceNamed(name: string): KeySource {
  const [kind, url] = [name.split(' ', 1)[0], name.slice(name.indexOf(' ') + 1)]
  return kind === 'issuer' ? { issuer: url } : { jwksUri: url }
}
