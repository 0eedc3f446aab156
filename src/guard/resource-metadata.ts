import type { ApiOptions, NamedIssuer } from './options.ts'
import { readDpop } from './read-holder-options.ts'
import { issuersOf, requireAudience, requireIssuer, scopesOf } from './read-options.ts'

/** The public part of the guard's options. */
export type ResourceMetadataOptions = Pick<
  ApiOptions,
  'audience' | 'scope' | 'dpop' | 'clientCertificate'
> &
  (NamedIssuer | { issuers: readonly NamedIssuer[] })

/**
 * This API's metadata (RFC 9728 §3.2), to serve at `/.well-known/oauth-protected-resource`: it
 * tells a client where to get a token. `scope` is the least that is useful here: a route that needs
 * more names it in its own challenge.
 *
 * @example
 * app.get('/.well-known/oauth-protected-resource', () => resourceMetadata(options))
 */
export function resourceMetadata(options: ResourceMetadataOptions): Response {
  const issuers = issuersOf<NamedIssuer>(options)
  for (const one of issuers) requireIssuer(one)
  requireAudience(options.audience)
  const scopes = scopesOf(options.scope)
  const body = {
    resource: options.audience,
    authorization_servers: issuers.map(({ issuer }) => issuer),
    bearer_methods_supported: ['header'],
    ...(scopes.length > 0 ? { scopes_supported: scopes } : {}),
    ...bindingsOf(options),
  }
  return Response.json(body, { headers: { 'Access-Control-Allow-Origin': '*' } })
}

/** RFC 9728 §2: as far as the options speak of bound tokens. */
function bindingsOf({ dpop, clientCertificate }: ResourceMetadataOptions) {
  const { algorithms, required } = readDpop(dpop)
  return {
    ...(dpop && { dpop_signing_alg_values_supported: algorithms }),
    ...(required && { dpop_bound_access_tokens_required: true }),
    ...(clientCertificate && { tls_client_certificate_bound_access_tokens: true }),
  }
}
