import { audiencesOf } from '../domain/token.ts'
import type { VerifiedToken } from './check-token.ts'
import { checkEarly, guardedBy, type GuardOptionsOf } from './options-for.ts'
import { Refusal } from './refusal.ts'
import { verifyToken } from './verify-token.ts'

/** A token that passed, as the SDK tells its handlers: `AuthInfo` in versions 1 and 2. */
export type McpAuthInfo = {
  token: string
  clientId: string
  scopes: string[]
  expiresAt: number
  /** The audience that the token is for, if that is a URL. */
  resource?: URL
}

type ErrorClass = new (message: string) => Error

/**
 * The errors of the SDK, which knows no others: the exports of `@modelcontextprotocol/server`, or of
 * `@modelcontextprotocol/sdk/server/auth/errors.js`.
 */
export type McpErrors =
  | { OAuthError: new (code: string, message: string) => Error }
  | Record<'InvalidTokenError' | 'InsufficientScopeError' | 'ServerError', ErrorClass>

/** `OAuthTokenVerifier` of the SDK. */
export type McpVerifier = { verifyAccessToken(token: string): Promise<McpAuthInfo> }

/**
 * The guard's check as the verifier of the SDK's `requireBearerAuth`. It is given the token alone,
 * so that one that is bound to a key or a certificate is refused: for those put `requireToken`, or
 * `verifyRequest`, before the MCP server.
 *
 * @example
 * import { OAuthError, requireBearerAuth } from '@modelcontextprotocol/server'
 * const gate = requireBearerAuth({ verifier: mcpVerifier(options, { OAuthError }) })
 *
 * @param env passed to `options` if that is a function
 * @throws TypeError if an option is wrong: at once, or for a function at the first token
 */
export function mcpVerifier<Env = unknown>(
  options: GuardOptionsOf<Env>,
  errors: McpErrors,
  env?: Env,
): McpVerifier {
  checkEarly(options)
  return {
    async verifyAccessToken(token) {
      const found = await verifyToken(token, options, env)
      if (found instanceof Refusal) throw errorFor(found, errors)
      return authInfo(token, found, guardedBy(options, env as Env).audience)
    },
  }
}

/**
 * For an MCP server behind `requireToken` or `verifyRequest`: the token that they let through, as
 * the SDK's handlers want it; without `resource` if it is for other APIs as well.
 *
 * @example
 * app.all('/mcp', requireToken(options), (c) =>
 *   handler.fetch(c.req.raw, {
 *     authInfo: mcpAuthInfo(c.var.token, c.req.header('authorization')),
 *   }),
 * )
 *
 * @param authorization the header that the token came in
 */
export function mcpAuthInfo(claims: VerifiedToken, authorization = ''): McpAuthInfo {
  const [audience = '', ...others] = audiencesOf(claims)
  const own = others.length === 0 ? audience : ''
  return authInfo(authorization.replace(/^\S+ +/, ''), claims, own)
}

function authInfo(token: string, claims: VerifiedToken, audience: string): McpAuthInfo {
  const { client_id: clientId, scopes, exp: expiresAt } = claims
  const resource = URL.canParse(audience) ? { resource: new URL(audience) } : {}
  return { token, clientId, scopes, expiresAt, ...resource }
}

/** The SDK has 401, 403 and 500: an outage must be the last, or a client throws a good token away. */
const CODES = { 401: 'invalid_token', 403: 'insufficient_scope', 503: 'server_error' } as const
const NAMES = {
  401: 'InvalidTokenError',
  403: 'InsufficientScopeError',
  503: 'ServerError',
} as const

function errorFor({ status, description }: Refusal, errors: McpErrors): Error {
  // The older SDK has an OAuthError, too, which takes other arguments.
  return 'InvalidTokenError' in errors
    ? new errors[NAMES[status]](description)
    : new errors.OAuthError(CODES[status], description)
}
