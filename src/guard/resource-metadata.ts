import type { ApiOptions, IssuerOptions } from './options.ts'
import { issuersOf, requireAudience, requireIssuer, scopesOf } from './read-options.ts'

type Named = Pick<IssuerOptions, 'issuer'>

/** The public part of the guard's options. */
export type ResourceMetadataOptions = Pick<ApiOptions, 'audience' | 'scope'> &
  (Named | { issuers: readonly Named[] })

/**
 * This API's metadata (RFC 9728 §3.2), to serve at `/.well-known/oauth-protected-resource`: it
 * tells a client where to get a token. `scope` is the least that is useful here: a route that needs
 * more names it in its own challenge.
 *
 * @example
 * app.get('/.well-known/oauth-protected-resource', () => resourceMetadata(options))
 */
export function resourceMetadata(options: ResourceMetadataOptions): Response {
  const issuers = issuersOf<Named>(options).map(({ issuer }) => issuer)
  for (const issuer of issuers) requireIssuer(issuer)
  requireAudience(options.audience)
  const scopes = scopesOf(options.scope)
  const body = {
    resource: options.audience,
    authorization_servers: issuers,
    bearer_methods_supported: ['header'],
    ...(scopes.length > 0 ? { scopes_supported: scopes } : {}),
  }
  return Response.json(body, { headers: { 'Access-Control-Allow-Origin': '*' } })
}
