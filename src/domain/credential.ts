import type { Algorithm, SigningKey } from './signing-key.ts'
import type { TokenReference } from './token.ts'
import type { Access } from './permission.ts'
import type { Verifier } from './secret.ts'
import type { Seconds } from './time.ts'

/** What one read tells of a credential and the client behind it; `kind` says how it is proven. */
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

/** What D1's primary says of a token: its client, its key, and whether it was revoked by itself. */
export type TokenFacts = {
  client: { suspended: boolean; generation: number; access: Access } | null
  key: TokenKey | null
  revoked: boolean
  /** Whether no client gets in, whoever it is: D1 is known to be taken back to an earlier time. */
  shut: boolean
}

/** The row of D1 that a token's `kid` names: it is a key where it proves itself. */
export type TokenKey = Pick<SigningKey, 'kid' | 'algorithm' | 'publicJwk' | 'wrappedKey'> & {
  revoked: boolean
}

/** The credentials that a request carries (RFC 6749 §2.3.1). */
export type PresentedCredentials = { kind: 'secret'; clientId: string; secret: string }

/** Where a request comes from, for counting failures. */
export type Address = string

export interface CredentialReads {
  /** The token endpoint's one statement. */
  forToken(
    keyId: string,
    algorithm: Algorithm,
    now: Seconds,
  ): Promise<{
    credential: Credential | null
    activeKid: string | null
    /** Whether a key of the algorithm lacks: the one that signs, or the standby. */
    lacksKey: boolean
    shut: boolean
  }>
  /** A caller's secret and the tokens it speaks of, in one statement. */
  withTokens(
    keyId: string | null,
    tokens: (TokenReference | null)[],
  ): Promise<{ credential: Credential | null; tokens: TokenFacts[]; shut: boolean }>
  /** Whether a token was revoked by itself. */
  isRevoked(jti: string): Promise<boolean>
  /** Notes that a secret was used: off the path of the answer, at most once a minute. */
  noteUse(secretId: string, now: Seconds): Promise<void>
  /** Notes that a client got a token, likewise. */
  noteToken(clientId: string, now: Seconds): Promise<void>
  /** Replaces a keyed hash under an older pepper. */
  rehash(secretId: string, verifier: Verifier): Promise<void>
}
