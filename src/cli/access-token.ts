import type { ClientCredentials } from './account.ts'
import { request, fieldsOf, type RetryOptions, unexpectedAnswer } from './http.ts'
import { discover } from './issuer.ts'

export type IssuedToken = {
  access_token: string
  token_type: string
  expires_in: number
  scope: string
}

export type TokenOptions = { scope?: string | undefined; resources?: string[] }

/** RFC 6749 §4.4 with RFC 8707. The token stays in memory. */
export async function requestToken(
  issuer: string,
  client: ClientCredentials,
  { scope, resources = [] }: TokenOptions,
  retry?: RetryOptions,
): Promise<IssuedToken> {
  const { token_endpoint: url } = await discover(issuer, retry)
  const body = new URLSearchParams({ grant_type: 'client_credentials' })
  if (scope !== undefined) body.set('scope', scope)
  for (const resource of resources) body.append('resource', resource)
  const headers = { Authorization: basic(client) }
  const answer = await request({ url, method: 'POST', headers, body }, retry)
  if (typeof fieldsOf(answer.body)['access_token'] !== 'string') throw unexpectedAnswer(url)
  return answer.body as IssuedToken
}

/** RFC 6749 §2.3.1: both halves are form-encoded first. */
export function basic({ clientId, clientSecret }: ClientCredentials): string {
  const encoded = [clientId, clientSecret].map((half) =>
    new URLSearchParams({ '': half }).toString().slice(1),
  )
  return `Basic ${btoa(encoded.join(':'))}`
}
