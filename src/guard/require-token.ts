/** @ts-ignore -- the declarations hold in an API without Hono too, which has no use for this function */
import type { MiddlewareHandler } from 'hono'
import type { VerifiedToken } from './check-token.ts'
import { nonceNow } from './nonce-now.ts'
import { checkEarly, guardedBy, type GuardOptionsOf } from './options-for.ts'
import { verifyRequest } from './verify-request.ts'

/** The variables that a guarded handler finds in its context. */
export type GuardedVariables = { token: VerifiedToken }

/**
 * Hono middleware that lets through only requests with a token for this API; the token's claims are
 * at `c.var.token`.
 *
 * @example
 * app.use('/invoices/*', requireToken((env: Env) => ({
 *   issuer: 'https://auth.example.com', audience: 'https://api.example.com', scope: 'invoices:read',
 *   fetcher: env.PORTCULLIS,
 * })))
 *
 * @throws TypeError if an option is wrong: at once, or for a function at the first request
 */
export function requireToken<Env extends object = object>(
  options: GuardOptionsOf<Env>,
): MiddlewareHandler<{ Bindings: Env; Variables: GuardedVariables }> {
  checkEarly(options)
  return async (c, next) => {
    const token = await verifyRequest(c.req.raw, options, c.env)
    if (token instanceof Response) return token
    c.set('token', token)
    await next()
    const nonce = await nonceNow(guardedBy(options, c.env))
    if (nonce !== null) c.header('DPoP-Nonce', nonce)
    return undefined
  }
}
