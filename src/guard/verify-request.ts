import { bearerOf } from './bearer.ts'
import { checkToken, type VerifiedToken } from './check-token.ts'
import { guardedBy, type GuardOptionsOf } from './options-for.ts'
import { Refusal } from './refusal.ts'

/**
 * Checks a request for a Bearer token for this API (RFC 6750 §2.1, RFC 9068 §4). Returns the
 * token's claims, or the answer to give instead: 401, 403, or 503 if that is unknown.
 *
 * @example
 * const token = await verifyRequest(request, { issuer, audience, scope: 'invoices:read', clientId, clientSecret })
 * if (token instanceof Response) return token
 * return Response.json({ invoices: invoicesOf(token.client_id) })
 *
 * @param env passed to `options` if that is a function
 * @throws TypeError if an option is wrong
 */
export async function verifyRequest<Env = unknown>(
  request: Request,
  options: GuardOptionsOf<Env>,
  env?: Env,
): Promise<VerifiedToken | Response> {
  const header = request.headers.get('authorization') ?? ''
  const token = await checkToken(() => bearerOf(header), guardedBy(options, env as Env))
  return token instanceof Refusal ? token.toResponse() : token
}
