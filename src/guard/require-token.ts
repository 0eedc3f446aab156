import type { MiddlewareHandler } from 'hono'
import { type GuardOptions, readGuardOptions } from './options.ts'
import { type VerifiedToken, verifyRequest } from './verify-request.ts'

const NO_ENVIRONMENT = {}

/** What a guarded handler finds in its context. */
export type GuardedVariables = { token: VerifiedToken }

/** Options, or how to make them of the Worker's environment: asked once for each environment. */
export type GuardOptionsOf<Env> = GuardOptions | ((env: Env) => GuardOptions)

/**
 * Hono middleware that lets through only requests with a token for this API; its claims are at
 * `c.var.token`.
 *
 * @example
 * app.use('/invoices/*', requireToken((env: Env) => ({
 *   issuer: 'https://auth.example.com', audience: 'https://api.example.com', scope: 'invoices:read',
 *   fetcher: env.PORTCULLIS,
 * })))
 *
 * @throws TypeError when an option is wrong: at once, or for a function of the environment at the first request
 */
export function requireToken<Env extends object = object>(
  options: GuardOptionsOf<Env>,
): MiddlewareHandler<{ Bindings: Env; Variables: GuardedVariables }> {
  if (typeof options !== 'function') readGuardOptions(options)
  const made = new WeakMap<object, GuardOptions>()
  const optionsFor = (env: Env): GuardOptions => {
    if (typeof options !== 'function') return options
    // Outside Workers, and in an app's own tests, there may be no environment.
    const key = env ?? NO_ENVIRONMENT
    const found = made.get(key) ?? options(env)
    made.set(key, found)
    return found
  }
  return async (c, next) => {
    const token = await verifyRequest(c.req.raw, optionsFor(c.env))
    if (token instanceof Response) return token
    c.set('token', token)
    await next()
    return undefined
  }
}
