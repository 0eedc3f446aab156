import { type GuardOptions, type GuardSettings, requireNames, scopesOf } from './options.ts'
import type { Refused } from './refused.ts'

const STATUS = { no_token: 401, invalid_token: 401, insufficient_scope: 403, unreachable: 503 }
const RETRY_AFTER = '5'

/** RFC 6750 §3: what a request that does not pass is told. */
export function refusal({ code, message }: Refused, settings: GuardSettings): Response {
  const headers = new Headers({
    'Content-Type': 'application/json',
    'Cache-Control': 'no-store',
  })
  if (code === 'unreachable') headers.set('Retry-After', RETRY_AFTER)
  else headers.set('WWW-Authenticate', challenge(code, settings))
  const error = code === 'unreachable' ? 'temporarily_unavailable' : code
  // Without a token no error is said: RFC 6750 §3.1.
  const body = code === 'no_token' ? {} : { error, error_description: message }
  return new Response(JSON.stringify(body), { status: STATUS[code], headers })
}

function challenge(code: Refused['code'], settings: GuardSettings): string {
  const parts = [`Bearer realm="${settings.audience}"`]
  if (code !== 'no_token') parts.push(`error="${code}"`)
  if (code === 'insufficient_scope') parts.push(`scope="${settings.scopes.join(' ')}"`)
  // RFC 9728 §5.1.
  if (settings.resourceMetadata) parts.push(`resource_metadata="${settings.resourceMetadata}"`)
  return parts.join(', ')
}

/**
 * This API's metadata (RFC 9728 §3.2), to serve at `/.well-known/oauth-protected-resource`: it tells a
 * client where to get a token.
 *
 * @example
 * app.get('/.well-known/oauth-protected-resource', () => resourceMetadata(options))
 */
export function resourceMetadata(
  options: Pick<GuardOptions, 'issuer' | 'audience' | 'scope'>,
): Response {
  requireNames(options)
  const { issuer, audience } = options
  const scopes = scopesOf(options.scope)
  const body = {
    resource: audience,
    authorization_servers: [issuer],
    bearer_methods_supported: ['header'],
    ...(scopes.length > 0 ? { scopes_supported: scopes } : {}),
  }
  return Response.json(body, { headers: { 'Access-Control-Allow-Origin': '*' } })
}
