import { ask, type Patience } from './http.ts'
import { EXIT, Failure, usageFailure } from './failure.ts'

/** The issuer's URL as it is compared and extended. Plain http only to this machine itself. */
export function readIssuer(text: string): string {
  if (!URL.canParse(text)) throw usageFailure(`"${text}" is no URL.`)
  const url = new URL(text)
  if (url.username || url.password || url.search || url.hash) {
    throw usageFailure('The URL is the issuer: no user, no password, no query, no fragment in it.')
  }
  requireSafe(url)
  return (url.origin + url.pathname).replace(/\/+$/, '')
}

function requireSafe({ protocol, hostname }: URL): void {
  const isLocal = /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
  if (protocol === 'https:' || (protocol === 'http:' && isLocal)) return
  throw usageFailure(`${protocol}//${hostname} is not safe for secrets: the URL must be https.`)
}

export type Metadata = { token_endpoint: string; introspection_endpoint: string }

/** RFC 8414 §3.1: the well-known name stands before the issuer's own path. */
export async function discover(issuer: string, patience?: Patience): Promise<Metadata> {
  const { origin, pathname } = new URL(issuer)
  const path = pathname === '/' ? '' : pathname
  const url = `${origin}/.well-known/oauth-authorization-server${path}`
  const { body } = await ask({ url }, patience)
  return checkedMetadata(body, issuer, url)
}

/** RFC 8414 §3.3: no metadata of another issuer; and no endpoint that takes the secret in clear. */
function checkedMetadata(body: unknown, issuer: string, url: string): Metadata {
  const metadata = body as (Partial<Metadata> & { issuer?: unknown }) | null
  const { token_endpoint: token, introspection_endpoint: introspection } = metadata ?? {}
  if (typeof token !== 'string' || typeof introspection !== 'string') {
    throw new Failure(EXIT.failed, `${url} is not the metadata of an authorization server.`)
  }
  if (metadata?.issuer !== issuer) {
    throw new Failure(
      EXIT.failed,
      `The server at ${issuer} is the issuer ${String(metadata?.issuer)}.`,
    )
  }
  for (const endpoint of [token, introspection]) requireSafe(new URL(endpoint))
  return { token_endpoint: token, introspection_endpoint: introspection }
}
