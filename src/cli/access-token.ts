import { basicAuthorization } from '../platform/basic-authorization.ts'
import type { ClientCredentials } from './account.ts'
import { assertionFor, type KeyedClient } from './assertion.ts'
import {
  type ApiRequest,
  fieldsOf,
  Refused,
  request,
  type RetryOptions,
  unexpectedAnswer,
} from './http.ts'
import { proofFor } from './proof.ts'
import type { SigningKey } from './signing-key.ts'
import type { ClientCertificate } from './certificates/certificate-text.ts'
import { EXIT, Failure } from './failure.ts'
import { discover, type Metadata } from './issuer.ts'

export type IssuedToken = {
  access_token: string
  token_type: string
  expires_in: number
  scope: string
}

/** A client with a certificate for the TLS handshake. */
export type CertifiedClient = { clientId: string; certificate: ClientCertificate }

export type TokenOptions = {
  scope?: string | undefined
  resources?: string[]
  /** The key that the token is to be bound to (RFC 9449). */
  proofKey?: SigningKey | undefined
}

/** RFC 6749 §4.4 with RFC 8707. The token stays in memory. */
export async function requestToken(
  issuer: string,
  client: ClientCredentials | KeyedClient | CertifiedClient,
  { scope, resources = [], proofKey }: TokenOptions,
  retry?: RetryOptions,
): Promise<IssuedToken> {
  const metadata = await discover(issuer, retry)
  const url = 'certificate' in client ? httpsOf(metadata) : metadata.token_endpoint
  const body = new URLSearchParams({ grant_type: 'client_credentials' })
  if (scope !== undefined) body.set('scope', scope)
  for (const resource of resources) body.append('resource', resource)
  const sent = { url, method: 'POST', ...proven(body, client, issuer) }
  const answer = await (proofKey ? requestWithProof(sent, proofKey, retry) : request(sent, retry))
  if (typeof fieldsOf(answer.body)['access_token'] !== 'string') throw unexpectedAnswer(url)
  return answer.body as IssuedToken
}

/** Once more with the nonce, where the server asks for one (RFC 9449 §8). */
async function requestWithProof(sent: ApiRequest, key: SigningKey, retry?: RetryOptions) {
  const withProof = (nonce: string | null) => {
    const own = typeof sent.headers === 'function' ? sent.headers() : sent.headers
    return { ...sent, headers: () => ({ ...own, DPoP: proofFor(key, sent.url, nonce) }) }
  }
  try {
    return await request(withProof(null), retry)
  } catch (error) {
    const isAsked =
      error instanceof Refused && fieldsOf(error.answer.body)['error'] === 'use_dpop_nonce'
    const nonce = isAsked ? error.answer.headers.get('dpop-nonce') : null
    if (nonce === null) throw error
    return request(withProof(nonce), retry)
  }
}

/** An assertion works once: each attempt has another. */
function proven(
  body: URLSearchParams,
  client: ClientCredentials | KeyedClient | CertifiedClient,
  issuer: string,
) {
  if ('certificate' in client) {
    body.set('client_id', client.clientId)
    return { body, certificate: client.certificate }
  }
  if (!('key' in client)) {
    const { clientId, clientSecret } = client
    return { headers: { Authorization: basicAuthorization(clientId, clientSecret) }, body }
  }
  const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
  const withAssertion = () => {
    const assertion = assertionFor(client, issuer)
    const proof = { client_assertion_type: type, client_assertion: assertion }
    return new URLSearchParams([...body, ...Object.entries(proof)])
  }
  return { body: withAssertion }
}

/** A certificate is presented by TLS alone: plain http to this machine would not send it. */
function httpsOf({ mtls_token_endpoint: url }: Metadata): string {
  if (url.startsWith('https:')) return url
  throw new Failure(EXIT.failed, `${url} is not https: no certificate can be presented there.`)
}
