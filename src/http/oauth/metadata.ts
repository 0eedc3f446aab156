import type { Hono } from 'hono'
import { newApp } from '../../web/app.ts'
import { publishKeys } from '../../actions/publish-keys.ts'
import { JWKS_MAX_AGE } from '../../domain/signing-key.ts'
import type { Door, DoorContext, Prepare } from '../../web/door.ts'
import { methodNotAllowed } from '../../web/methods.ts'
import { renderOAuthError } from './errors.ts'
import { noStore } from './no-store.ts'

const METHODS = ['client_secret_basic', 'client_secret_post']

/**
 * Server metadata and keys (RFC 7517): public, cacheable, for any origin. `suffix` is what follows the
 * well-known name: nothing beneath the issuer, the issuer's path at its origin's root (RFC 8414 §3.1).
 */
export function metadataRoutes(prepare: Prepare, issuer: string, suffix = ''): Hono<Door> {
  const metadata = newApp<Door>()
  metadata.onError(renderOAuthError)
  const document = serverMetadata(issuer)
  // OpenID's path too, for clients that look only there.
  for (const name of ['/oauth-authorization-server', '/openid-configuration']) {
    metadata.get(name + suffix, (c) => cacheable(c).json(document))
    metadata.all(name + suffix, methodNotAllowed('GET'))
  }
  if (suffix !== '') return metadata
  metadata.get('/jwks.json', prepare, async (c) => {
    const keys = await publishKeys(c.var.deps)
    // A deployment of this minute has no key yet: nobody shall remember that.
    return (keys.length === 0 ? noStore(c) : cacheable(c)).json({ keys })
  })
  metadata.all('/jwks.json', methodNotAllowed('GET'))
  return metadata
}

export function serverMetadata(issuer: string) {
  return {
    issuer,
    token_endpoint: `${issuer}/oauth/token`,
    introspection_endpoint: `${issuer}/oauth/introspect`,
    revocation_endpoint: `${issuer}/oauth/revoke`,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    grant_types_supported: ['client_credentials'],
    response_types_supported: [],
    token_endpoint_auth_methods_supported: METHODS,
    introspection_endpoint_auth_methods_supported: METHODS,
    revocation_endpoint_auth_methods_supported: METHODS,
  }
}

function cacheable(c: DoorContext): DoorContext {
  c.header('Cache-Control', `public, max-age=${JWKS_MAX_AGE}`)
  c.header('Access-Control-Allow-Origin', '*')
  c.header('X-Content-Type-Options', 'nosniff')
  return c
}
