import type { Lasting } from './lasting.ts'
import type { RemoteKey } from './remote-keys.ts'
import type { Verifier } from './secret.ts'
import { HOUR, type Seconds } from './time.ts'

/** Platforms whose tokens are known: what they must say, and what is dangerous in them. */
export const PRESETS = [
  'github',
  'gitlab',
  'kubernetes',
  'aws',
  'azure',
  'gcp',
  'spiffe',
  'custom',
] as const
export type Preset = (typeof PRESETS)[number]

/** The algorithms that an issuer's tokens may be signed with. */
export const FEDERATION_ALGORITHMS = ['RS256', 'ES256', 'ES384', 'PS256', 'EdDSA'] as const
export type FederationAlgorithm = (typeof FEDERATION_ALGORITHMS)[number]

/** Where an issuer's keys come from: its metadata, a key set, or an administrator who uploads them. */
export type IssuerKeys =
  | { from: 'discovery' }
  | { from: 'uri'; uri: string }
  | { from: 'upload'; keys: RemoteKey[] }

/** The settings that decide whether a token of an issuer is believed; only a person sets them. */
export type IssuerTrust = {
  /** Compared with `iss` as text, to the letter. */
  issuer: string
  preset: Preset
  keys: IssuerKeys
  algorithms: FederationAlgorithm[]
  /** The accepted values of `aud`; empty: this server's own issuer identifier. */
  audiences: string[]
  /** The most seconds from a token's `iat` to its `exp`. */
  maxLifetime: Seconds
  /** Whether each token is accepted once, by its `jti`. */
  checkJti: boolean
}

/** An issuer of workload identities that this server believes. */
export type TrustedIssuer = IssuerTrust & {
  issuerId: string
  name: string
  /** A keyed hash of the trust: write access to the database is not enough to add an issuer. */
  verifier: Verifier
  createdAt: Seconds
  createdBy: string
  updatedAt: Seconds
  version: number
}

/** The value of a claim that a rule demands; compared by value and type. */
export type ClaimValue = string | boolean | number

/**
 * Whether a value is the very one that was written: JSON rounds longer numbers, and what is rounded
 * equals another number that was rounded, too.
 */
export function isExact(value: unknown): boolean {
  if (typeof value !== 'number') return typeof value === 'string' || typeof value === 'boolean'
  return Number.isSafeInteger(value) || (Number.isFinite(value) && !Number.isInteger(value))
}

/** The conditions on a workload's token under which it may act for a client. All must hold. */
export type RuleTerms = {
  issuerId: string
  /** The whole `sub`; null where claims alone decide. */
  subject: string | null
  /** By name; a name that begins with `/` is a JSON Pointer (RFC 6901) to a claim inside another. */
  claims: Record<string, ClaimValue>
  /** The most seconds that an access token issued for it lives. */
  tokenLifetime: Seconds
}

/** A rule that lets a workload get tokens for a client without any secret. */
export type FederatedCredential = RuleTerms & Lasting & { credentialId: string }

export const FEDERATED_CREDENTIALS_MAX = 20
export const ISSUERS_MAX = 50
export const CLAIMS_MAX = 10
export const FEDERATED_TOKEN_LIFETIME: Seconds = HOUR
export const WORKLOAD_LIFETIME_MAX: Seconds = 48 * HOUR

/** The text whose keyed hash proves that this deployment stored the issuer. */
export function sealedIssuer(issuerId: string, trust: IssuerTrust): string {
  const { issuer, preset, keys, algorithms, audiences, maxLifetime, checkJti } = trust
  const texts = [issuerId, issuer, preset, keys, algorithms, audiences, maxLifetime, checkJti]
  return JSON.stringify(['issuer', ...texts])
}

/** The same of a rule, and for its client. */
export function sealedRule(clientId: string, credentialId: string, rule: RuleTerms): string {
  const { issuerId, subject, claims, tokenLifetime } = rule
  return JSON.stringify([
    'federated_credential',
    clientId,
    credentialId,
    issuerId,
    subject,
    claims,
    tokenLifetime,
  ])
}

export interface Issuers {
  list(): Promise<TrustedIssuer[]>
  find(issuerId: string): Promise<TrustedIssuer | null>
  /** How many rules of clients name the issuer. */
  rules(issuerId: string): Promise<number>
}

/** A rule with the client that it is of. */
export type ClientRule = RuleTerms & {
  clientId: string
  credentialId: string
  expiresAt: Seconds | null
}

/** Issuers and rules as a process remembers them for a minute; storage says what holds now. */
export interface TrustReads {
  issuers(now: Seconds, afresh?: 'afresh'): Promise<{ issuers: TrustedIssuer[]; isFresh: boolean }>
  rules(
    of: RuleQuery,
    now: Seconds,
    afresh?: 'afresh',
  ): Promise<{ rules: ClientRule[]; isFresh: boolean }>
  /** The issuers as they were read last, however long ago; none where they never were. */
  lastIssuers(): TrustedIssuer[]
  /** Drops everything remembered, which turned out to be outdated. */
  forget(): void
}

/** The rules of one client, or those of any client for exactly this subject. */
export type RuleQuery = { clientId: string } | { issuerId: string; subject: string }
