import type { Seconds } from './time.ts'

/**
 * A client's details: what an administrator sets on it, beside its secrets and its access. The
 * actions, the admin API, storage and the audit log go by the lists in this file.
 */
export type ClientDetails = {
  name: string
  description: string
  accessTokenLifetime: Seconds
  /** Whether it may replace the secret that it authenticates with. */
  allowSelfRotation: boolean
  /** Labels to find it by, such as `team:billing`. */
  tags: string[]
  /** Addresses of people who get its reminders without having rights here. */
  contacts: string[]
  /** The audiences that its assertions may name. */
  assertionAudience: AssertionAudience
  /** Where it publishes its public keys (RFC 7591 §2), instead of having them here; null: nowhere. */
  jwksUri: string | null
  /** The security profile that it is held to; null: none. */
  profile: Profile | null
  /** Whether it gets tokens only with a proof of possession, and bound to that key (RFC 9449). */
  requireDpop: boolean
  /** Whether its tokens are bound to the certificate that it presents (RFC 8705 §3). */
  bindToCertificate: boolean
}

/**
 * RFC 7523bis §3 has the issuer alone as the audience of an assertion. Older clients name the token
 * endpoint: SMART Backend Services demands it.
 */
export const ASSERTION_AUDIENCES = ['issuer', 'issuer_or_token_endpoint'] as const
export type AssertionAudience = (typeof ASSERTION_AUDIENCES)[number]

/** Security profiles that a client can be held to. `fapi2`: FAPI 2.0 Security Profile (OpenID). */
export const PROFILES = ['fapi2'] as const
export type Profile = (typeof PROFILES)[number]

/** The names on the wire, in forms and in the audit log. */
export const DETAIL_NAMES = {
  name: 'client_name',
  description: 'description',
  accessTokenLifetime: 'access_token_lifetime',
  allowSelfRotation: 'allow_self_rotation',
  tags: 'tags',
  contacts: 'contacts',
  assertionAudience: 'assertion_audience',
  jwksUri: 'jwks_uri',
  profile: 'profile',
  requireDpop: 'require_dpop',
  bindToCertificate: 'tls_client_certificate_bound_access_tokens',
} as const satisfies Record<keyof ClientDetails, string>

export const TOKEN_LIFETIME_MAX: Seconds = 43_200
export const TOKEN_LIFETIME_MIN: Seconds = 60
export const NAME_MAX = 100
export const DESCRIPTION_MAX = 1000
export const TAGS_MAX = 20
export const TAG_MAX = 50
export const CONTACTS_MAX = 10

/** Those of a new client for which nothing else is asked. */
export const DETAIL_DEFAULTS: ClientDetails = {
  name: '',
  description: '',
  accessTokenLifetime: TOKEN_LIFETIME_MAX,
  allowSelfRotation: false,
  tags: [],
  contacts: [],
  assertionAudience: 'issuer',
  jwksUri: null,
  profile: null,
  requireDpop: false,
  bindToCertificate: false,
}

export const DETAILS = Object.keys(DETAIL_NAMES) as (keyof ClientDetails)[]

/** The details alone, in their order. */
export function detailsOf(given: ClientDetails): ClientDetails {
  const entries = DETAILS.map((detail) => [detail, given[detail]])
  return Object.fromEntries(entries) as ClientDetails
}
