import { mtlsIssuer } from '../../domain/mtls-host.ts'
import { DPOP_ALGORITHMS } from '../../domain/dpop.ts'
import { ASSERTION_ALGORITHMS } from '../../domain/public-key.ts'
import { ALGORITHMS } from '../../domain/signing-key.ts'
import { CERTIFICATE_METHOD_NAMES } from './client-authentication/certificate.ts'
import { METHOD_NAMES } from './client-authentication/methods.ts'
import type { MetadataResponse } from './response.ts'
import { grantTypes } from './token.ts'

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

/** The parts of the server that a deployment can switch on. */
export type SwitchedOn = {
  issuer: string
  /** Where clients present certificates, if on another host. */
  mtlsHost: string | null
  takesCertificates: boolean
  /** Where the status lists are. */
  statusListBase: string | null
  /** Whether an issuer of workloads is trusted. */
  federates: boolean
}

export function serverMetadata(on: SwitchedOn): MetadataResponse {
  const { issuer } = on
  const methods = on.takesCertificates
    ? [...METHOD_NAMES, ...CERTIFICATE_METHOD_NAMES]
    : METHOD_NAMES
  return {
    issuer,
    token_endpoint: `${issuer}/oauth/token`,
    introspection_endpoint: `${issuer}/oauth/introspect`,
    revocation_endpoint: `${issuer}/oauth/revoke`,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    grant_types_supported: grantTypes({ hasIssuers: on.federates }),
    ...demandedByLibraries(issuer),
    token_endpoint_auth_methods_supported: methods,
    token_endpoint_auth_signing_alg_values_supported: ASSERTION_NAMES,
    introspection_endpoint_auth_methods_supported: methods,
    introspection_endpoint_auth_signing_alg_values_supported: ASSERTION_NAMES,
    revocation_endpoint_auth_methods_supported: methods,
    revocation_endpoint_auth_signing_alg_values_supported: ASSERTION_NAMES,
    dpop_signing_alg_values_supported: [...DPOP_ALGORITHMS],
    ...(on.statusListBase !== null && {
      status_list_aggregation_endpoint: on.statusListBase,
    }),
    ...(on.takesCertificates && {
      tls_client_certificate_bound_access_tokens: true,
      ...aliases(on),
    }),
  }
}

/** RFC 8705 §5: the same endpoints on the host that asks for certificates. */
function aliases({ issuer, mtlsHost }: SwitchedOn): Partial<MetadataResponse> {
  const there = mtlsIssuer(issuer, mtlsHost)
  if (there === issuer) return {}
  return {
    mtls_endpoint_aliases: {
      token_endpoint: `${there}/oauth/token`,
      introspection_endpoint: `${there}/oauth/introspect`,
      revocation_endpoint: `${there}/oauth/revoke`,
    },
  }
}
