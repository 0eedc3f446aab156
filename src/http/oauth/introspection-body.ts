import type { TokenClaims } from '../../domain/token.ts'
import type { IntrospectionResponse } from './response.ts'

/** RFC 7662 §2.2. */
export function introspectionBody(claims: TokenClaims | null): IntrospectionResponse {
  if (!claims) return { active: false }
  const { scope, client_id, exp, iat, sub, aud, iss, jti } = claims
  return { active: true, scope, client_id, token_type: 'Bearer', exp, iat, sub, aud, iss, jti }
}
