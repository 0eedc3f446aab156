import type { Hono } from 'hono'
import { newApp } from '../../web/app.ts'
import { publishKeys } from '../../actions/publish-keys.ts'
import type { Door } from '../../web/door.ts'
import { only } from '../../web/methods.ts'
import { type Answer, cacheable, unstored } from './answers.ts'
import { type Call, type Endpoint, reply } from './endpoint.ts'

const METHODS = ['client_secret_basic', 'client_secret_post']

/**
 * Server metadata and keys (RFC 7517): public, cacheable, for any origin. `suffix` is what follows the
 * well-known name: nothing beneath the issuer, the issuer's path at its origin's root (RFC 8414 §3.1).
 */
export function metadataRoutes(endpoint: Endpoint, issuer: string, suffix = ''): Hono<Door> {
  const document = cacheable(serverMetadata(issuer))
  const describe = only<Door>('GET', (c) => reply(c, document))
  const metadata = newApp<Door>()
  // OpenID's path too, for clients that look only there.
  for (const name of ['/oauth-authorization-server', '/openid-configuration']) {
    metadata.all(name + suffix, describe)
  }
  return suffix === '' ? metadata.all('/jwks.json', endpoint('GET', publish)) : metadata
}

async function publish({ deps }: Call): Promise<Answer> {
  const keys = await publishKeys(deps)
  // A deployment of this minute has no key yet: nobody shall remember that.
  return keys.length === 0 ? unstored({ keys }) : cacheable({ keys })
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
