import type { Algorithm, SigningKey } from './signing-key.ts'
import type { TokenReference } from './token.ts'
import type { Access } from './permission.ts'
import type { Verifier } from './secret.ts'
import type { Seconds } from './time.ts'

/** A credential and the client behind it, as one read returns them; `kind` says how it is proven. */
export type Credential = CredentialOwner & { kind: 'secret'; secret: HeldSecret }

export type CredentialOwner = {
  clientId: string
  suspended: boolean
  generation: number
  accessTokenLifetime: Seconds
  lastTokenAt: Seconds | null
  access: Access
}

export type HeldSecret = {
  secretId: string
  verifier: Verifier
  createdAt: Seconds
  expiresAt: Seconds
  retiresAt: Seconds | null
  lastUsedAt: Seconds | null
}

/**
 * The facts about a token from the database's primary: its client, its key, and whether it was
 * revoked individually.
 */
export type TokenFacts = {
  client: { suspended: boolean; generation: number; access: Access } | null
  key: TokenKey | null
  revoked: boolean
  /**
   * Whether every client is refused because the database is known to have been restored to an
   * earlier time.
   */
  shut: boolean
}

/** The database row that a token's `kid` names; it counts as a key only if it proves itself. */
export type TokenKey = Pick<SigningKey, 'kid' | 'algorithm' | 'publicJwk' | 'wrappedKey'> & {
  revoked: boolean
}

/** The credentials that a request carries (RFC 6749 §2.3.1). */
export type PresentedCredentials = { kind: 'secret'; clientId: string; secret: string }

/** The address that a request comes from, for counting failures. */
export type Address = string

export interface CredentialReads {
  /** The token endpoint's only statement. */
  forToken(
    keyId: string,
    algorithm: Algorithm,
    now: Seconds,
  ): Promise<{
    credential: Credential | null
    activeKid: string | null
    /** Whether a key of the algorithm is missing: the active one or the standby. */
    lacksKey: boolean
    shut: boolean
  }>
  /** A caller's secret and the tokens that it asks about, in one statement. */
  withTokens(
    keyId: string | null,
    tokens: (TokenReference | null)[],
  ): Promise<{ credential: Credential | null; tokens: TokenFacts[]; shut: boolean }>
  /** Whether a token was revoked individually. */
  isRevoked(jti: string): Promise<boolean>
  /** Records that a secret was used: after the answer, at most once a minute. */
  noteUse(secretId: string, now: Seconds): Promise<void>
  /** Records that a client got a token: after the answer, at most once a minute. */
  noteToken(clientId: string, now: Seconds): Promise<void>
  /** Replaces a keyed hash made with an older pepper. */
  rehash(secretId: string, verifier: Verifier): Promise<void>
}
