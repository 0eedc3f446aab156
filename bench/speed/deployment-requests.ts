import { formatSecret } from '../../src/domain/secret-text.ts'
import type { LoadRequest } from './load-generator.ts'
import { formRequest } from './requests.ts'

export type Credentials = { id: string; secret: string }

/** A client that gets tokens, one that introspects them, and a token. */
export type Deployment = { client: Credentials; caller: Credentials; token: string }

// Well formed but unknown: a mistyped secret would not be looked up.
const UNKNOWN_SECRET = formatSecret('AbCdEfGhIjKl', 'x'.repeat(43))

const GRANT = { grant_type: 'client_credentials' }

export const tokenRequest = ({ client }: Deployment): LoadRequest =>
  formRequest('/oauth/token', GRANT, client)

export const introspectionRequest = ({ caller, token }: Deployment): LoadRequest =>
  formRequest('/oauth/introspect', { token }, caller)

export const jwksRequest: LoadRequest = {
  method: 'GET',
  path: '/.well-known/jwks.json',
  headers: {},
}

const ADDRESSES = 4096

/** From many addresses, which Cloudflare vouches for, so that the limit on failed authentications lets each through. */
export function fromManyAddresses(request: LoadRequest): LoadRequest[] {
  return Array.from({ length: ADDRESSES }, (_, n) => ({
    ...request,
    headers: {
      ...request.headers,
      'CF-Blob': '{}',
      'CF-Connecting-IP': `10.${n >> 8}.${n & 255}.1`,
    },
  }))
}

export const wrongSecretRequest = ({ client, caller }: Deployment): LoadRequest =>
  formRequest('/oauth/token', GRANT, { id: client.id, secret: caller.secret })

export const unknownClientRequest: LoadRequest = formRequest('/oauth/token', GRANT, {
  id: 'nobody',
  secret: UNKNOWN_SECRET,
})

/** All that is measured, for real bindings to be asked it first. */
export const everyRequest = (deployment: Deployment): LoadRequest[] => [
  tokenRequest(deployment),
  introspectionRequest(deployment),
  wrongSecretRequest(deployment),
  unknownClientRequest,
]
