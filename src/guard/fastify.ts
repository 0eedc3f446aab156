import { keepToken, nodeGuard, type NodeGuardOptions, type NodeRequest } from './node-request.ts'
import { Refusal } from './refusal.ts'

export type { VerifiedToken } from './check-token.ts'
export { type NodeGuardOptions, tokenOf } from './node-request.ts'

/** The part of Fastify's request that the guard looks at. */
export type FastifyRequestLike = Omit<NodeRequest, 'rawHeaders'> & {
  readonly raw?: Pick<NodeRequest, 'rawHeaders'> | undefined
}

/** The part of Fastify's reply that the guard uses. */
export type FastifyReplyLike = {
  code(status: number): unknown
  headers(values: Record<string, string | string[]>): unknown
  send(body: string): unknown
}

/**
 * A hook for Fastify, `onRequest` or `preHandler`, on one route or all: lets through only requests
 * with a token for this API. `tokenOf(request)` gives its claims; they are at `request.token`, too.
 *
 * @example
 * app.get('/invoices', { onRequest: requireToken(options) }, async (request) =>
 *   invoicesOf(tokenOf(request).client_id))
 *
 * @throws TypeError if an option is wrong: at once, or for a function at the first request
 */
export function requireToken(
  options: NodeGuardOptions,
): (request: FastifyRequestLike, reply: FastifyReplyLike) => Promise<unknown> {
  const guard = nodeGuard(options)
  return async (request, reply) => {
    const { headers, method, url, originalUrl, raw } = request
    const seen = { headers, rawHeaders: raw?.rawHeaders, method, url, originalUrl }
    const { token, nonce } = await guard(seen, request)
    if (!(token instanceof Refusal)) {
      if (nonce !== null) reply.headers({ 'DPoP-Nonce': nonce })
      return keepToken(request, token)
    }
    reply.code(token.status)
    const { challenges } = token
    const several = challenges.length > 1 ? { 'WWW-Authenticate': [...challenges] } : {}
    reply.headers({ ...token.headers, ...several })
    // Fastify goes on to the handler unless the reply is returned.
    reply.send(token.body)
    return reply
  }
}
