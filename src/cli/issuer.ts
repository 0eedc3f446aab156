import { withoutForbiddenCharacters } from '../domain/text.ts'
import { isPrivateUrl } from '../platform/loopback.ts'
import { EXIT, Failure, usageFailure } from './failure.ts'
import { request, fieldsOf, type RetryOptions } from './http.ts'

/** The issuer's URL as it is compared and extended. Plain http only to this machine itself. */
export function readIssuer(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || lacksScheme(url, text)) {
    throw usageFailure(`"${text}" is not a URL${withScheme(text)}.`)
  }
  if (url.username || url.password || url.search || url.hash) {
    throw usageFailure(
      'The URL must be the issuer, without a user, a password, a query and a fragment.',
    )
  }
  if (!isPrivateUrl(url)) {
    const { protocol, hostname } = url
    throw usageFailure(`${protocol}//${hostname} is not safe for secrets: the URL must be https.`)
  }
  return (url.origin + url.pathname).replace(/\/+$/, '')
}

/** A host with a port parses as a scheme and a path: `localhost:8787`. */
function lacksScheme({ protocol }: URL, text: string): boolean {
  return protocol !== 'https:' && protocol !== 'http:' && !text.includes('://')
}

function withScheme(text: string): string {
  if (text.includes('://')) return ''
  const meant = ['http', 'https'].map((scheme) => `${scheme}://${text}`).find(isEndpoint)
  return meant === undefined ? '' : `: write ${meant}`
}

type Endpoints = { token_endpoint: string; introspection_endpoint: string }

/** With the token endpoint where certificates are presented, which may be the same (RFC 8705 §5). */
export type Metadata = Endpoints & { mtls_token_endpoint: string }

/** RFC 8414 §3.1: the well-known name comes before the issuer's own path. */
export async function discover(issuer: string, retry?: RetryOptions): Promise<Metadata> {
  const { origin, pathname } = new URL(issuer)
  const path = pathname === '/' ? '' : pathname
  const url = `${origin}/.well-known/oauth-authorization-server${path}`
  const { body } = await request({ url }, retry)
  return readMetadata(body, issuer, url)
}

/** RFC 8414 §3.3: refuses another issuer's metadata, and endpoints that take a secret in plain http. */
function readMetadata(body: unknown, issuer: string, url: string): Metadata {
  const metadata = fieldsOf(body)
  const { issuer: said } = metadata
  if (typeof said !== 'string') {
    throw new Failure(EXIT.failed, `${url} is not the metadata of an authorization server.`)
  }
  if (said !== issuer) {
    const other = withoutForbiddenCharacters(said)
    throw new Failure(EXIT.failed, `The server at ${issuer} is the issuer ${other}.`)
  }
  const endpoint = (name: keyof Endpoints, within = metadata) => {
    const value = within[name]
    if (isEndpoint(value)) return value
    throw new Failure(EXIT.failed, `${url}: ${name} ${ENDPOINT_RULE}`)
  }
  const aliases = fieldsOf(metadata['mtls_endpoint_aliases'])
  return {
    token_endpoint: endpoint('token_endpoint'),
    introspection_endpoint: endpoint('introspection_endpoint'),
    mtls_token_endpoint: endpoint('token_endpoint', { ...metadata, ...aliases }),
  }
}

const ENDPOINT_RULE =
  'must be a whole https URL without user and password (http only for this machine).'

/** fetch refuses a URL with a user in it, and quotes it in its error. */
function isEndpoint(value: unknown): value is string {
  if (typeof value !== 'string' || !URL.canParse(value)) return false
  const url = new URL(value)
  return isPrivateUrl(url) && url.username === '' && url.password === ''
}
