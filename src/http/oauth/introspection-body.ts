import type { TokenClaims } from '../../domain/token.ts'

/** The body of an introspection response (RFC 7662 §2.2). */
export type IntrospectionBody =
  | { active: false }
  | ({ active: true; token_type: 'Bearer' } & Omit<TokenClaims, 'gen'>)

export function introspectionBody(claims: TokenClaims | null): IntrospectionBody {
  if (!claims) return { active: false }
  const { scope, client_id, exp, iat, sub, aud, iss, jti } = claims
  return { active: true, scope, client_id, token_type: 'Bearer', exp, iat, sub, aud, iss, jti }
}
