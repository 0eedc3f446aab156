import type { TokenFacts } from './credential.ts'
import type { Algorithm, SigningKey } from './signing-key.ts'
import type { Seconds } from './time.ts'
import type { EventClaims } from './security-event.ts'
import type { TokenClaims, TokenReference } from './token.ts'

export interface SigningKeys {
  /**
   * The keys that this deployment made. Throws Unavailable if the database has keys and none of
   * them is ours.
   */
  all(): Promise<SigningKey[]>
}

/** Database rows that do not prove to be keys of this deployment; they are not used. */
export interface StrangeKeys {
  all(): Promise<SigningKey[]>
  /**
   * Those that would be published by their own dates, without old ones that outlived their
   * WRAPPING_KEY.
   */
  published(): Promise<SigningKey[]>
}

export interface Signer {
  /** Signs with the active key; `activeKid` is its id in the database. */
  sign(claims: TokenClaims | EventClaims, activeKid: string): Promise<string>
  /** Signs a status list (draft-ietf-oauth-status-list-21 §5.1) with the same key. */
  signList(claims: object, activeKid: string): Promise<string>
  /** Ensures that the key can be used; throws Unavailable if it cannot be unwrapped. */
  load(kid: string): Promise<void>
}

export interface TokenVerifier {
  /** The unverified claims of a token; null if its form is not that of our access tokens. */
  reference(token: string): TokenReference | null
  /** The claims of a token that `key` signed and that has not expired; otherwise null. */
  verify(
    token: string,
    key: NonNullable<TokenFacts['key']>,
    now: Seconds,
  ): Promise<TokenClaims | null>
  /** Whether `key` signed the token, whatever its claims. */
  isSignedBy(token: string, key: NonNullable<TokenFacts['key']>): Promise<boolean>
}

export interface SigningKeyMaker {
  make(algorithm: Algorithm): Promise<Pick<SigningKey, 'kid' | 'publicJwk' | 'wrappedKey'>>
}

export interface KeyTrial {
  /**
   * Null if the key can sign and its public key verifies that, otherwise why it never will; throws
   * Unavailable if this cannot be determined.
   */
  run(key: SigningKey): Promise<string | null>
}

/** A process's memory of the keys, for seconds. */
export interface KeyMemory {
  /** The published keys: remembered from a moment ago, or read with `read`. */
  published<Jwk extends { kid: string }>(
    now: Seconds,
    read: () => Promise<Jwk[]>,
  ): Promise<{ kid: string }[]>
  /** The published keys if they were read a moment ago. */
  known(now: Seconds): { kid: string }[] | null
  /**
   * Records that a token was signed with this key: remembered published keys that lack it are
   * dropped.
   */
  signedWith(kid: string): void
  /** Drops the remembered keys, after a change. */
  forget(): void
  /** Whether to check, after an answer, for upkeep that the cron has not done: once a minute. */
  isUpkeepDue(now: Seconds): boolean
}

/** Everything that concerns signing keys. */
export type Signing = {
  signingKeys: SigningKeys
  strangeKeys: StrangeKeys
  signingKeyMaker: SigningKeyMaker
  keyTrial: KeyTrial
  signer: Signer
  tokenVerifier: TokenVerifier
}
