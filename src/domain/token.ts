import type { Confirmation } from './confirmation.ts'
import type { Grant } from './granted-access.ts'
import { type Access, holds } from './permission.ts'
import type { StatusClaim } from './status-list.ts'
import type { Seconds } from './time.ts'

/** The claims of an access token (RFC 9068 §2.2), and `gen`, the client's token generation. */
export type TokenClaims = {
  iss: string
  sub: string
  client_id: string
  aud: string | string[]
  scope: string
  iat: Seconds
  exp: Seconds
  jti: string
  gen: number
  /** The keys that it is bound to; a bearer token has none. */
  cnf?: Confirmation
  /** Its place in a status list, where those are on. */
  status?: StatusClaim
}

/** The length in random base62 characters. */
export const JTI_LENGTH = 22

/** The unverified claims of a token that are needed to look up what would verify it. */
export type TokenReference = { clientId: string; jti: string; kid: string }

export type TokenSubject = {
  clientId: string
  generation: number
  accessTokenLifetime: Seconds
}

export function claimsFor(
  subject: TokenSubject,
  grant: Grant,
  issue: {
    issuer: string
    jti: string
    now: Seconds
    cnf?: Confirmation | null
    status?: StatusClaim | null
  },
): TokenClaims {
  const [first = '', ...rest] = grant.audiences
  return {
    iss: issue.issuer,
    sub: subject.clientId,
    client_id: subject.clientId,
    aud: rest.length === 0 ? first : grant.audiences,
    scope: grant.scopes.join(' '),
    iat: issue.now,
    exp: issue.now + subject.accessTokenLifetime,
    jti: issue.jti,
    gen: subject.generation,
    ...(issue.cnf && { cnf: issue.cnf }),
    ...(issue.status && { status: issue.status }),
  }
}

export function audiencesOf(claims: Pick<TokenClaims, 'aud'>): string[] {
  return typeof claims.aud === 'string' ? [claims.aud] : claims.aud
}

/** The part of the token's scope that its client still has: only current permissions count. */
export function scopeStillHeld(claims: TokenClaims, access: Access): string {
  const audiences = audiencesOf(claims)
  return claims.scope
    .split(' ')
    .filter((scope) => holds(access, audiences, scope))
    .join(' ')
}
