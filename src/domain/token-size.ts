import type { Confirmation } from './confirmation.ts'
import { Refusal } from './errors.ts'
import type { Permission } from './permission.ts'
import type { Algorithm } from './signing-key.ts'
import { BLOCKS, LIST_ID_LENGTH, SLOTS, statusListUri } from './status-list.ts'
import { claimsFor, JTI_LENGTH, type TokenClaims } from './token.ts'

/**
 * The whole token as sent: small enough for the usual 8 KB header limit, and for the body of a
 * revocation or an introspection beside credentials.
 */
export const TOKEN_LENGTH_MAX = 8192

/**
 * Above this, some servers and proxies refuse it: those that allow 8 KB for all headers together.
 */
export const TOKEN_LENGTH_USUAL = 6000

/** A thumbprint (RFC 7638), and the signatures of RFC 7518 §3.3 and §3.4 in base64url. */
const KID = 'k'.repeat(43)
/**
 * The keys of a token at their longest. Any client may send a proof with its next request, and a
 * setting binds it to its certificate: neither is looked at when access is given.
 */
const LONGEST_CNF = { jkt: KID, 'x5t#S256': KID } satisfies Confirmation
const SIGNATURE_LENGTHS = { ES256: 86, RS256: 342 }

/** The length of a token with these claims. */
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
    `The token would have ${length} characters, but at most ${TOKEN_LENGTH_MAX} are allowed: ask for less with scope or resource.`,
  )
}

export type Holder = { clientId: string; access: Permission[] }

/** The parts of a token that are the same in all of a server. */
export type TokenTerms = { issuer: string; statusListBase: string | null }

/**
 * An upper bound for every token of this holder, whatever it requests, now and later: with either
 * algorithm, of any generation, bound to any keys. The longest is the one for everything that it may
 * do.
 */
export function longestToken(holder: Holder, terms: TokenTerms): number {
  const { issuer } = terms
  return aroundClaims('RS256') + base64Length(claimsWithout(terms) + weightOf(holder, issuer))
}

/** The maximum `weightOf` a holder with which all of its tokens fit. */
export function weightMax(terms: TokenTerms): number {
  const bytes = Math.floor(((TOKEN_LENGTH_MAX - aroundClaims('RS256')) * 3) / 4)
  return bytes - claimsWithout(terms)
}

/** The claims of a token without those that differ between holders, each at its maximum length. */
function claimsWithout({ issuer, statusListBase }: TokenTerms): number {
  const subject = { clientId: '', generation: Number.MAX_SAFE_INTEGER, accessTokenLifetime: 0 }
  const status = statusListBase === null ? null : longestStatus(statusListBase)
  const issue = {
    issuer,
    jti: 'j'.repeat(JTI_LENGTH),
    now: 99_999_999_999,
    cnf: LONGEST_CNF,
    status,
  }
  const claims = claimsFor(subject, { audiences: [], scopes: [] }, issue)
  return JSON.stringify(claims).length
}

function longestStatus(base: string) {
  const uri = statusListUri(base, 'l'.repeat(LIST_ID_LENGTH))
  return { status_list: { idx: BLOCKS * SLOTS - 1, uri } }
}

/**
 * The characters that a holder adds to the claims: its id twice, each audience with quotes and a
 * comma, each scope with a space. Permissions on Portcullis itself go into a separate token.
 * Storage computes the same for many holders at once and omits that token: its few permissions
 * cannot grow.
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
