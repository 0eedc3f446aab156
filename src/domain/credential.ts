import type { Algorithm, SigningKey } from './signing-key.ts'
import type { TokenReference } from './token.ts'
import type { Access } from './permission.ts'
import type { KnownCertificate, PresentedCertificate } from './certificate.ts'
import type { AssertionAudience } from './client-details.ts'
import type { PublishedKeys } from './jwks-uri.ts'
import type { KeyMaterial } from './public-key.ts'
import type { BindingTerms } from './token-binding.ts'
import type { Verifier } from './secret.ts'
import type { StatusPlace } from './status-list.ts'
import type { Seconds } from './time.ts'

/** A credential and the client behind it, as one read returns them; `kind` says how it is proven. */
export type Credential = CredentialOwner & Held

type Held =
  | { kind: 'secret'; secret: HeldSecret }
  | { kind: 'public_key'; key: HeldKey }
  | { kind: 'federated_credential'; rule: HeldRule }
  | { kind: 'certificate'; certificate: HeldCertificate }

export type CredentialKind = Credential['kind']
/** The kinds as they are stored: published keys prove a client as its public keys here do. */
export type StoredKind = CredentialKind | 'jwks_uri'
export type CredentialOf<K extends CredentialKind> = Extract<Credential, { kind: K }>

export type CredentialOwner = BindingTerms & {
  clientId: string
  suspended: boolean
  generation: number
  accessTokenLifetime: Seconds
  lastTokenAt: Seconds | null
  /** The place of its tokens in the status lists. */
  statusPlace: StatusPlace | null
  access: Access
}

export type HeldSecret = {
  secretId: string
  verifier: Verifier
  createdAt: Seconds
  expiresAt: Seconds
  retiresAt: Seconds | null
  lastUsedAt: Seconds | null
  /** Whether others wait for its first use, and then for how long. */
  retireOthersIn: Seconds | null
}

export type HeldKey = {
  keyId: string
  verifier: Verifier
  expiresAt: Seconds | null
  lastUsedAt: Seconds | null
}

export type HeldRule = {
  credentialId: string
  expiresAt: Seconds | null
  lastUsedAt: Seconds | null
  /** The version of its issuer as it is now; null if that is gone. */
  issuerVersion: number | null
}

/**
 * A client's public keys as they are stored, or where it publishes them, and what its assertions may
 * have as `aud`.
 */
export type StoredKeys = {
  audience: AssertionAudience
  keys: StoredKey[]
  published: StoredPlace | null
}
export type StoredPlace = Pick<PublishedKeys, 'keyId' | 'jwksUri' | 'verifier'>
export type HeldCertificate = {
  certificateId: string
  expiresAt: Seconds | null
  lastUsedAt: Seconds | null
}

export type StoredKey = {
  keyId: string
  material: KeyMaterial
  verifier: Verifier
  expiresAt: Seconds | null
}

/** A certificate as it is stored: to be believed once its verifier is checked. */
export type StoredCertificate = KnownCertificate & { verifier: Verifier }

/** A credential to look up, and the use of it that must be the first one. */
export type Lookup = {
  keyId: string
  spend: Spend | null
  /** The client that the caller names; empty, or absent, where it names none. */
  clientId?: string
}

/** An assertion to be marked as used; `id` is unique among all clients. */
export type Spend = { id: string; expiresAt: Seconds }

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

/** The credentials that a request carries (RFC 6749 §2.3.1, RFC 7521 §4.2, RFC 8705 §2). */
export type PresentedCredentials =
  | { kind: 'secret'; clientId: string; secret: string }
  | { kind: 'public_key'; clientId: string; assertion: string }
  /** `clientId` is empty where the caller does not name it. */
  | { kind: 'federated_credential'; clientId: string; assertion: string }
  | { kind: 'certificate'; clientId: string; certificate: PresentedCertificate }

export type Presented<K extends CredentialKind> = Extract<PresentedCredentials, { kind: K }>

/** The address that a request comes from, for counting failures. */
export type Address = string

/** The questions on which an answer about a token depends: a gate may answer them. */
export interface TokenReads {
  /**
   * The token endpoint's only statement. Finds nothing where something was to be spent and has been
   * already.
   */
  forToken(
    lookup: Lookup,
    algorithm: Algorithm,
    now: Seconds,
  ): Promise<{
    credential: Credential | null
    activeKid: string | null
    /** Whether a key of the algorithm is missing: the active one or the standby. */
    lacksKey: boolean
    shut: boolean
  }>
  /**
   * A caller's credential and the tokens that it asks about, in one statement; without a caller, the
   * tokens alone.
   */
  withTokens(
    lookup: Lookup | null,
    tokens: (TokenReference | null)[],
  ): Promise<{ credential: Credential | null; tokens: TokenFacts[]; shut: boolean }>
}

/** Reads of the database's primary, one statement each. A change is decided by these alone. */
export interface CredentialReads extends TokenReads {
  /** The public keys of a client, and where it publishes any; null if there is none, or no client. */
  keysOf(clientId: string): Promise<StoredKeys | null>
  /** The certificates of a client; none if there is no such client. */
  certificatesOf(clientId: string): Promise<StoredCertificate[]>
  /** Whether a token was revoked individually. */
  isRevoked(jti: string): Promise<boolean>
  /**
   * Records that a credential was used: after the answer, at most once a minute. A first use is
   * written when this returns, because a rotation goes on from there; others may be written together.
   */
  noteUse(credentialId: string, now: Seconds, isFirst: boolean): Promise<void>
  /** Records that a client got a token: after the answer, at most once a minute. */
  noteToken(clientId: string, now: Seconds, isFirst: boolean): Promise<void>
  /** Replaces a keyed hash made with an older pepper. */
  rehash(credentialId: string, verifier: Verifier): Promise<void>
}
