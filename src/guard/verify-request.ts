import { checkToken, type VerifiedToken } from './check-token.ts'
import { guardedBy, type GuardOptionsOf } from './options-for.ts'
import { presentedBy } from './presented.ts'
import { Refusal } from './refusal.ts'

/**
 * Checks a request for a token for this API, sent as Bearer (RFC 6750 §2.1, RFC 9068 §4), or with a
 * proof of the key that it is bound to (RFC 9449 §7.1). Returns the token's claims, or the answer to give instead: 401, 403, or 503 if that is unknown.
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
  const { method, headers } = request
  const { origin, pathname: path } = new URL(request.url)
  const proof = headers.get('dpop')
  const guarded = { original: request, method, origin, path, proof }
  const presented = presentedBy(headers.get('authorization') ?? '', guarded)
  const token = await checkToken(presented, guardedBy(options, env as Env))
  return token instanceof Refusal ? token.toResponse() : token
}
