import type { Hono } from 'hono'
import { newApp } from '../../web/app.ts'
import { publishKeys } from '../../actions/keys/publish-keys.ts'
import { ASSERTION_ALGORITHMS } from '../../domain/public-key.ts'
import { ALGORITHMS } from '../../domain/signing-key.ts'
import type { AppEnv } from '../../web/app-env.ts'
import { withPreflight } from '../../web/methods.ts'
import type { Call, SharedDeps } from '../../web/prepare.ts'
import { type Answer, cacheable, unstored } from './answers.ts'
import { CERTIFICATE_METHOD_NAMES } from './client-authentication/certificate.ts'
import { METHOD_NAMES } from './client-authentication/methods.ts'
import { type Endpoint, type EndpointMaker, type Endpoints, routeTo } from './endpoint.ts'
import type { MetadataResponse } from './response.ts'

/**
 * Members that say nothing about this server but that libraries insist on (docs/decisions/0018 says
 * which and why): it has no real authorization endpoint, no ID tokens, and no subjects but clients.
 */
function demandedByLibraries(issuer: string) {
  return {
    authorization_endpoint: `${issuer}/oauth/authorize`,
    response_types_supported: ['none'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: [...ALGORITHMS],
  }
}

/** For clients' assertions. Ed25519 has two names (RFC 9864). */
const ASSERTION_NAMES = [...ASSERTION_ALGORITHMS, 'Ed25519']

/** Where clients present certificates, if on another host; and whether they may at all. */
export type CertificateTerms = {
  mtlsHost: string | null
  takesCertificates: (env: object) => boolean
}

/**
 * The server's metadata (RFC 8414), for mounting at `/.well-known`. `suffix` follows the well-known
 * name: empty beneath the issuer, the issuer's path at its origin's root (§3.1).
 */
export function metadataEndpoints(
  issuer: string,
  { mtlsHost, takesCertificates }: CertificateTerms,
  suffix = '',
): Endpoints {
  const plain = cacheable(serverMetadata(issuer))
  const withCertificates = cacheable(certificateMetadata(issuer, mtlsHost))
  const describe: Endpoint = {
    method: 'GET',
    answer: ({ env }) => (takesCertificates(env) ? withCertificates : plain),
  }
  // OpenID's path too, for clients that look only there.
  const names = ['/oauth-authorization-server', '/openid-configuration']
  return Object.fromEntries(names.map((name) => [name + suffix, describe]))
}

/** The published keys (RFC 7517), beside the metadata. */
export const keyEndpoints = (endpoint: EndpointMaker): Endpoints => ({
  '/jwks.json': endpoint('GET', publish, { atOnce: published }),
})

/** Public documents: cacheable, for any origin. */
export function publicRoutes(endpoints: Endpoints): Hono<AppEnv> {
  const documents = newApp<AppEnv>()
  for (const [path, endpoint] of Object.entries(endpoints)) {
    documents.all(path, withPreflight(routeTo(endpoint)))
  }
  return documents
}

async function publish({ deps }: Call): Promise<Answer> {
  const keys = await publishKeys(deps)
  // A brand-new deployment has no key yet: no cache may remember that.
  return keys.length === 0 ? unstored({ keys }) : answerOf(keys)
}

function published({ keyMemory, now }: Pick<SharedDeps, 'keyMemory' | 'now'>): Answer | null {
  const keys = keyMemory.known(now())
  return keys && answerOf(keys)
}

/** Made once for each list of keys that an isolate remembers. */
const answers = new WeakMap<object, Answer>()

function answerOf(keys: object[]): Answer {
  const known = answers.get(keys) ?? cacheable({ keys })
  answers.set(keys, known)
  return known
}

function serverMetadata(issuer: string, methods = METHOD_NAMES): MetadataResponse {
  return {
    issuer,
    token_endpoint: `${issuer}/oauth/token`,
    introspection_endpoint: `${issuer}/oauth/introspect`,
    revocation_endpoint: `${issuer}/oauth/revoke`,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    grant_types_supported: ['client_credentials'],
    ...demandedByLibraries(issuer),
    token_endpoint_auth_methods_supported: methods,
    token_endpoint_auth_signing_alg_values_supported: ASSERTION_NAMES,
    introspection_endpoint_auth_methods_supported: methods,
    introspection_endpoint_auth_signing_alg_values_supported: ASSERTION_NAMES,
    revocation_endpoint_auth_methods_supported: methods,
    revocation_endpoint_auth_signing_alg_values_supported: ASSERTION_NAMES,
  }
}

function certificateMetadata(issuer: string, mtlsHost: string | null): MetadataResponse {
  const metadata = serverMetadata(issuer, [...METHOD_NAMES, ...CERTIFICATE_METHOD_NAMES])
  const { host, pathname } = new URL(issuer)
  if (mtlsHost === null || mtlsHost === host) return metadata
  const there = `https://${mtlsHost}${pathname.replace(/\/$/, '')}`
  return {
    ...metadata,
    mtls_endpoint_aliases: {
      token_endpoint: `${there}/oauth/token`,
      introspection_endpoint: `${there}/oauth/introspect`,
      revocation_endpoint: `${there}/oauth/revoke`,
    },
  }
}
