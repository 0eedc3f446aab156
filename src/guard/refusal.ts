import { challenges } from './challenges.ts'
import type { ApiSettings } from './options.ts'
import type { Scheme } from './presented.ts'
import type { Refused, RefusedCode } from './refused.ts'

const STATUS = {
  no_token: 401,
  invalid_token: 401,
  invalid_dpop_proof: 401,
  use_dpop_nonce: 401,
  insufficient_scope: 403,
  unreachable: 503,
} as const
const RETRY_AFTER = '5'

/**
 * RFC 6750 §3.1, RFC 9449 §7.1, and a code for "unknown"; null if no token came, which is not an
 * error.
 */
export type RefusalError =
  | 'invalid_token'
  | 'invalid_dpop_proof'
  | 'use_dpop_nonce'
  | 'insufficient_scope'
  | 'temporarily_unavailable'
  | null

/** Why a token does not pass, and the answer to its sender (RFC 6750 §3). */
export class Refusal {
  readonly error: RefusalError
  /** One sentence for the client's author; it contains nothing of the token. */
  readonly description: string
  readonly status: 401 | 403 | 503
  /**
   * `Content-Type`, `Cache-Control`, and `WWW-Authenticate`, or `Retry-After` with 503; `DPoP-Nonce`
   * where proofs need one. Several challenges are separated by commas (RFC 9110 §11.6.1).
   */
  readonly headers: Readonly<Record<string, string>>
  /** The challenges one by one, to send each as a header of its own; none with 503. */
  readonly challenges: readonly string[]
  /** JSON. */
  readonly body: string

  constructor(refused: Refused, api: ApiSettings, used: Scheme, nonce: string | null) {
    const { code, message } = refused
    this.error = errorOf(code)
    this.description = message
    this.status = STATUS[code]
    this.challenges =
      code === 'unreachable' ? [] : challenges(this.error, api, used, refused.isBound)
    this.headers = {
      'Content-Type': 'application/json',
      'Cache-Control': 'no-store',
      ...(code === 'unreachable'
        ? { 'Retry-After': RETRY_AFTER }
        : { 'WWW-Authenticate': this.challenges.join(', ') }),
      ...(nonce !== null && { 'DPoP-Nonce': nonce }),
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
