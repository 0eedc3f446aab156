import { expect, it } from 'vitest'
import { type SwitchedOn, serverMetadata } from '../../src/http/oauth/server-metadata.ts'

const ISSUER = 'https://auth.example'
const OFF: SwitchedOn = {
  issuer: ISSUER,
  mtlsHost: null,
  takesCertificates: false,
  statusListBase: null,
  federates: false,
}
const METHODS = ['client_secret_basic', 'client_secret_post', 'private_key_jwt']
const ALGORITHMS = ['ES256', 'ES384', 'EdDSA', 'PS256', 'RS256', 'RS384', 'Ed25519']
const AT = (base: string) => ({
  token_endpoint: `${base}/oauth/token`,
  introspection_endpoint: `${base}/oauth/introspect`,
  revocation_endpoint: `${base}/oauth/revoke`,
})
const methods = (names: string[]) => ({
  token_endpoint_auth_methods_supported: names,
  introspection_endpoint_auth_methods_supported: names,
  revocation_endpoint_auth_methods_supported: names,
})

const ALWAYS = {
  issuer: ISSUER,
  ...AT(ISSUER),
  jwks_uri: `${ISSUER}/.well-known/jwks.json`,
  grant_types_supported: ['client_credentials'],
  authorization_endpoint: `${ISSUER}/oauth/authorize`,
  response_types_supported: ['none'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['ES256', 'RS256'],
  ...methods(METHODS),
  token_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
  introspection_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
  revocation_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
  dpop_signing_alg_values_supported: ['ES256', 'ES384', 'EdDSA', 'Ed25519', 'PS256', 'RS256'],
}
const WITH_CERTIFICATES = {
  ...methods([...METHODS, 'tls_client_auth', 'self_signed_tls_client_auth']),
  tls_client_certificate_bound_access_tokens: true,
}

it.each<[string, Partial<SwitchedOn>, object]>([
  ['nothing', {}, {}],
  [
    'workloads',
    { federates: true },
    {
      grant_types_supported: ['client_credentials', 'urn:ietf:params:oauth:grant-type:jwt-bearer'],
    },
  ],
  [
    'status lists',
    { statusListBase: `${ISSUER}/oauth/status-lists` },
    { status_list_aggregation_endpoint: `${ISSUER}/oauth/status-lists` },
  ],
  ['certificates', { takesCertificates: true }, WITH_CERTIFICATES],
  [
    'certificates at a host of their own',
    { takesCertificates: true, mtlsHost: 'mtls.example' },
    { ...WITH_CERTIFICATES, mtls_endpoint_aliases: AT('https://mtls.example') },
  ],
])('with %s switched on the metadata is this, and nothing else', (_, on, more) => {
  expect(serverMetadata({ ...OFF, ...on })).toEqual({ ...ALWAYS, ...more })
})
