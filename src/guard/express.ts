import { keepToken, nodeGuard, type NodeGuardOptions, type NodeRequest } from './node-request.ts'
import { Refusal } from './refusal.ts'

export type { VerifiedToken } from './check-token.ts'
export { type NodeGuardOptions, tokenOf } from './node-request.ts'

/** The part of Node's response that the guard uses, Express's among them. */
export type NodeResponse = {
  statusCode: number
  setHeader(name: string, value: string | readonly string[]): unknown
  end(body: string): unknown
}

/**
 * Middleware for Express 4 and 5, or anything that calls `(req, res, next)`: lets through only
 * requests with a token for this API. `tokenOf(req)` gives its claims; they are at `req.token`,
 * too.
 *
 * @example
 * app.get('/invoices', requireToken(options), (req, res) => {
 *   res.json(invoicesOf(tokenOf(req).client_id))
 * })
 *
 * @throws TypeError if an option is wrong: at once, or for a function at the first request
 */
export function requireToken(
  options: NodeGuardOptions,
): (req: NodeRequest, res: NodeResponse, next: (error?: unknown) => void) => Promise<void> {
  const guard = nodeGuard(options)
  return async (req, res, next) => {
    try {
      const { token, nonce } = await guard(req, req)
      if (token instanceof Refusal) return refuse(res, token)
      keepToken(req, token)
      if (nonce !== null) res.setHeader('DPoP-Nonce', nonce)
    } catch (error) {
      // Express 4 ignores what a promise was rejected with.
      return next(error)
    }
    next()
  }
}

function refuse(res: NodeResponse, { status, headers, challenges, body }: Refusal): void {
  res.statusCode = status
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value)
  if (challenges.length > 1) res.setHeader('WWW-Authenticate', challenges)
  res.end(body)
}
