import type { Confirmation } from '../../domain/confirmation.ts'
import type { TokenClaims } from '../../domain/token.ts'
import type { IntrospectionResponse } from './response.ts'

/** RFC 9449 §5, §6.2; a token that is bound to a certificate alone is sent as Bearer (RFC 8705 §3). */
export function tokenTypeOf({ cnf }: { cnf?: Confirmation | null }): 'Bearer' | 'DPoP' {
  return cnf?.jkt === undefined ? 'Bearer' : 'DPoP'
}

/** RFC 7662 §2.2. */
export function introspectionBody(claims: TokenClaims | null): IntrospectionResponse {
  if (!claims) return { active: false }
  const { scope, client_id, exp, iat, sub, aud, iss, jti, cnf } = claims
  const token_type = tokenTypeOf(claims)
  const own = { active: true, scope, client_id, token_type, exp, iat, sub, aud, iss, jti } as const
  return cnf ? { ...own, cnf } : own
}
