import { Refusal } from './errors.ts'
import type { Permission } from './permission.ts'
import type { Algorithm } from './signing-key.ts'
import { claimsFor, JTI_LENGTH, type TokenClaims } from './token.ts'

/**
 * The whole token as it is sent: so that it goes through the usual 8 KB of a header, and fits beside
 * credentials into the body of a revocation or an introspection.
 */
export const TOKEN_LENGTH_MAX = 8192

/** Past this some servers and proxies refuse it: those that take 8 KB for all headers together. */
export const TOKEN_LENGTH_USUAL = 6000

/** A thumbprint (RFC 7638), and the signatures of RFC 7518 §3.3 and §3.4 in base64url. */
const KID = 'k'.repeat(43)
const SIGNATURE_LENGTHS = { ES256: 86, RS256: 342 }

/** How long a token with these claims is. */
export function tokenLength(claims: TokenClaims, algorithm: Algorithm): number {
  const bytes = new TextEncoder().encode(JSON.stringify(claims)).length
  return aroundClaims(algorithm) + base64Length(bytes)
}

/** Header, signature and dots. */
function aroundClaims(algorithm: Algorithm): number {
  const header = JSON.stringify({ alg: algorithm, typ: 'at+jwt', kid: KID })
  return base64Length(header.length) + SIGNATURE_LENGTHS[algorithm] + 2
}

/** Without padding (RFC 7515 §2). */
function base64Length(bytes: number): number {
  return Math.ceil((bytes * 4) / 3)
}

export function refuseTooLong(length: number): void {
  if (length <= TOKEN_LENGTH_MAX) return
  throw new Refusal(
    'invalid_scope',
    `The token would have ${length} characters, and ${TOKEN_LENGTH_MAX} are the most: ask for less by scope or resource.`,
  )
}

export type Holder = { clientId: string; access: Permission[] }

/**
 * At most so long is any token of this holder, whatever it asks for, now and later: by either algorithm,
 * of whatever generation. The longest is the one for all that it may do.
 */
export function longestToken(holder: Holder, issuer: string): number {
  return aroundClaims('RS256') + base64Length(claimsWithout(issuer) + weightOf(holder, issuer))
}

/** What `weightOf` a holder may be, at most, so that every token of it fits. */
export function weightMax(issuer: string): number {
  const bytes = Math.floor(((TOKEN_LENGTH_MAX - aroundClaims('RS256')) * 3) / 4)
  return bytes - claimsWithout(issuer)
}

/** The claims of a token but for what differs from holder to holder, each the longest that it gets. */
function claimsWithout(issuer: string): number {
  const subject = { clientId: '', generation: Number.MAX_SAFE_INTEGER, accessTokenLifetime: 0 }
  const issue = { issuer, jti: 'j'.repeat(JTI_LENGTH), now: 99_999_999_999 }
  const claims = claimsFor(subject, { audiences: [], scopes: [] }, issue)
  return JSON.stringify(claims).length
}

/**
 * What a holder adds to the claims, in characters: its id twice, each audience with quotes and a comma,
 * each scope with a space. What it may do on Portcullis itself is in a token of its own. Storage counts
 * the same of many holders at once, and leaves that one out: nobody makes its few permissions more.
 */
export function weightOf({ clientId, access }: Holder, issuer: string): number {
  const isOwn = (p: Permission) => p.audience === issuer
  const [own, others] = [access.filter(isOwn), access.filter((p) => !isOwn(p))]
  return 2 * clientId.length + Math.max(weightOfAccess(others), weightOfAccess(own))
}

function weightOfAccess(access: Permission[]): number {
  const audiences = new Set(access.map((p) => JSON.stringify(p.audience)))
  const scopes = new Set(access.map((p) => p.permission))
  return listed(audiences) + listed(scopes)
}

function listed(parts: Set<string>): number {
  return [...parts].reduce((sum, part) => sum + part.length + 1, 0)
}
