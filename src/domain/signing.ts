import type { TokenFacts } from './credential.ts'
import type { Algorithm, SigningKey } from './signing-key.ts'
import type { Seconds } from './time.ts'
import type { TokenClaims, TokenReference } from './token.ts'

export interface SigningKeys {
  /** Those that this deployment made. Unavailable where there are keys in D1, and none of them is. */
  all(): Promise<SigningKey[]>
}

/** Rows of D1 beside them that do not prove to be keys of this deployment: nothing goes by them. */
export interface StrangeKeys {
  all(): Promise<SigningKey[]>
  /** Those which would be published, by what they say: nothing old that its WRAPPING_KEY outlived. */
  published(): Promise<SigningKey[]>
}

export interface Signer {
  /** Signs with the active key; `activeKid` is what D1 says it is. */
  sign(claims: TokenClaims, activeKid: string): Promise<string>
  /** Makes sure that the key can be used: Unavailable when it cannot be unwrapped. */
  load(kid: string): Promise<void>
}

export interface TokenVerifier {
  /** What the token says of itself, unverified; null when it is no access token of ours by its form. */
  reference(token: string): TokenReference | null
  /** The claims of a token that `key` signed and whose time has not run out; else null. */
  verify(
    token: string,
    key: NonNullable<TokenFacts['key']>,
    now: Seconds,
  ): Promise<TokenClaims | null>
  /** Whether `key` signed the token, whatever it says. */
  isSignedBy(token: string, key: NonNullable<TokenFacts['key']>): Promise<boolean>
}

export interface SigningKeyMaker {
  make(algorithm: Algorithm): Promise<Pick<SigningKey, 'kid' | 'publicJwk' | 'wrappedKey'>>
}

export interface KeyTrial {
  /** Null where a key can sign what its public key verifies, else why it never will; Unavailable where nobody can tell. */
  run(key: SigningKey): Promise<string | null>
}

/** An isolate's memory of the keys, for seconds. */
export interface KeyMemory {
  /** The published keys: as they were read a moment ago, or by `read`. */
  published<Jwk extends { kid: string }>(
    now: Seconds,
    read: () => Promise<Jwk[]>,
  ): Promise<{ kid: string }[]>
  /** The published keys where they were read a moment ago. */
  known(now: Seconds): { kid: string }[] | null
  /** A token was signed with this key: published keys that lack it are forgotten. */
  signedWith(kid: string): void
  /** They were changed. */
  forget(): void
  /** Whether to look, behind an answer, for what the cron has not done: once a minute. */
  isUpkeepDue(now: Seconds): boolean
}

/** All that has to do with keys that sign. */
export type Signing = {
  signingKeys: SigningKeys
  strangeKeys: StrangeKeys
  signingKeyMaker: SigningKeyMaker
  keyTrial: KeyTrial
  signer: Signer
  tokenVerifier: TokenVerifier
}
