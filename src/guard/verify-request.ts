import { bearerOf } from './bearer.ts'
import { checkToken, type VerifiedToken } from './check-token.ts'
import { guardedBy, type GuardOptionsOf } from './options-for.ts'
import { Refusal } from './refusal.ts'

/**
 * Lets a request pass that carries a Bearer token for this API (RFC 6750 §2.1, RFC 9068 §4): its
 * claims, or the answer to give instead: 401, 403, or 503 where nobody can tell.
 *
 * @example
 * const token = await verifyRequest(request, { issuer, audience, scope: 'invoices:read', clientId, clientSecret })
 * if (token instanceof Response) return token
 * return Response.json({ invoices: invoicesOf(token.client_id) })
 *
 * @param env what a function of the environment is given
 * @throws TypeError when an option is wrong
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
