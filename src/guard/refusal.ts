import type { ApiSettings } from './options.ts'
import type { Refused, RefusedCode } from './refused.ts'

const STATUS = {
  no_token: 401,
  invalid_token: 401,
  insufficient_scope: 403,
  unreachable: 503,
} as const
const RETRY_AFTER = '5'

/** RFC 6750 §3.1, and a code for "unknown"; null if no token came, which is not an error. */
export type RefusalError = 'invalid_token' | 'insufficient_scope' | 'temporarily_unavailable' | null

/** Why a token does not pass, and the answer to its sender (RFC 6750 §3). */
export class Refusal {
  readonly error: RefusalError
  /** One sentence for the client's author; it contains nothing of the token. */
  readonly description: string
  readonly status: 401 | 403 | 503
  /** `Content-Type`, `Cache-Control`, and `WWW-Authenticate`, or `Retry-After` with 503. */
  readonly headers: Readonly<Record<string, string>>
  /** JSON. */
  readonly body: string

  constructor({ code, message }: Refused, api: ApiSettings) {
    this.error = errorOf(code)
    this.description = message
    this.status = STATUS[code]
    this.headers = {
      'Content-Type': 'application/json',
      'Cache-Control': 'no-store',
      ...(code === 'unreachable'
        ? { 'Retry-After': RETRY_AFTER }
        : { 'WWW-Authenticate': challenge(this.error, api) }),
    }
    // RFC 6750 §3.1: a request without a token gets no error.
    const said = this.error === null ? {} : { error: this.error, error_description: message }
    this.body = JSON.stringify(said)
  }

  toResponse(): Response {
    return new Response(this.body, { status: this.status, headers: this.headers })
  }
}

function errorOf(code: RefusedCode): RefusalError {
  if (code === 'no_token') return null
  return code === 'unreachable' ? 'temporarily_unavailable' : code
}

/** Names the scope in each challenge, so that a client can ask for exactly that. */
function challenge(
  error: RefusalError,
  { audience, scopes, resourceMetadata }: ApiSettings,
): string {
  const parts: [string, string][] = [['realm', audience]]
  if (error !== null) parts.push(['error', error])
  if (scopes.length > 0) parts.push(['scope', scopes.join(' ')])
  // RFC 9728 §5.1.
  if (resourceMetadata !== null) parts.push(['resource_metadata', resourceMetadata])
  return `Bearer ${parts.map(([name, value]) => `${name}="${quotable(value)}"`).join(', ')}`
}

/** RFC 9110 §5.6.4: an audience may have quotation marks in it. */
function quotable(value: string): string {
  return value.replaceAll(/["\\]/g, String.raw`\$&`)
}
