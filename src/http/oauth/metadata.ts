import type { Hono } from 'hono'
import { newApp } from '../../web/app.ts'
import { publishKeys } from '../../actions/publish-keys.ts'
import { ALGORITHMS } from '../../domain/signing-key.ts'
import type { Door } from '../../web/door.ts'
import { only, withPreflight } from '../../web/methods.ts'
import { type Answer, cacheable, unstored } from './answers.ts'
import { type Call, type Endpoint, reply } from './endpoint.ts'

const METHODS = ['client_secret_basic', 'client_secret_post']

/**
 * Members that say nothing of this server and that libraries refuse to do without (docs/decisions/0018 has which
 * and why): there is no authorization endpoint to speak of, no ID token, and no subject but the client.
 */
function demandedByLibraries(issuer: string) {
  return {
    authorization_endpoint: `${issuer}/oauth/authorize`,
    response_types_supported: ['none'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ALGORITHMS,
  }
}

/**
 * Server metadata and keys (RFC 7517): public, cacheable, for any origin. `suffix` is what follows the
 * well-known name: nothing beneath the issuer, the issuer's path at its origin's root (RFC 8414 §3.1).
 */
export function metadataRoutes(endpoint: Endpoint, issuer: string, suffix = ''): Hono<Door> {
  const document = cacheable(serverMetadata(issuer))
  const describe = withPreflight(only<Door>('GET', (c) => reply(c, document)))
  const metadata = newApp<Door>()
  // OpenID's path too, for clients that look only there.
  for (const name of ['/oauth-authorization-server', '/openid-configuration']) {
    metadata.all(name + suffix, describe)
  }
  return suffix === ''
    ? metadata.all('/jwks.json', withPreflight(endpoint('GET', publish)))
    : metadata
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
    ...demandedByLibraries(issuer),
    token_endpoint_auth_methods_supported: METHODS,
    introspection_endpoint_auth_methods_supported: METHODS,
    revocation_endpoint_auth_methods_supported: METHODS,
  }
}
