import type { ClientCredentials } from './account.ts'
import { assertionFor, type KeyedClient } from './assertion.ts'
import { request, fieldsOf, type RetryOptions, unexpectedAnswer } from './http.ts'
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

export type TokenOptions = { scope?: string | undefined; resources?: string[] }

/** RFC 6749 §4.4 with RFC 8707. The token stays in memory. */
export async function requestToken(
  issuer: string,
  client: ClientCredentials | KeyedClient | CertifiedClient,
  { scope, resources = [] }: TokenOptions,
  retry?: RetryOptions,
): Promise<IssuedToken> {
  const metadata = await discover(issuer, retry)
  const url = 'certificate' in client ? httpsOf(metadata) : metadata.token_endpoint
  const body = new URLSearchParams({ grant_type: 'client_credentials' })
  if (scope !== undefined) body.set('scope', scope)
  for (const resource of resources) body.append('resource', resource)
  const answer = await request({ url, method: 'POST', ...proven(body, client, issuer) }, retry)
  if (typeof fieldsOf(answer.body)['access_token'] !== 'string') throw unexpectedAnswer(url)
  return answer.body as IssuedToken
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
  if (!('key' in client)) return { headers: { Authorization: basic(client) }, body }
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

/** RFC 6749 §2.3.1: both halves are form-encoded first. */
export function basic({ clientId, clientSecret }: ClientCredentials): string {
  const encoded = [clientId, clientSecret].map((half) =>
    new URLSearchParams({ '': half }).toString().slice(1),
  )
  return `Basic ${btoa(encoded.join(':'))}`
}
