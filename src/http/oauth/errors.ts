import type { StatusCode } from 'hono/utils/http-status'
import { Refusal, Unavailable } from '../../domain/errors.ts'
import type { RefusalCode } from '../../domain/refusal-reasons.ts'
import { logFailure } from '../../web/log.ts'
import { type Answer, unstored } from './answers.ts'
import type { OAuthErrorResponse } from './response.ts'
import { RETRY_AFTER, TRY_AGAIN } from '../../web/unavailable.ts'

type OAuthError = { status: StatusCode; error: string }

/** RFC 6749 §5.2, RFC 6750 §3.1, RFC 8707 §2; `slow_down` is RFC 8628's, for lack of another. */
const ERRORS: Partial<Record<RefusalCode, OAuthError>> = {
  invalid_request: { status: 400, error: 'invalid_request' },
  unsupported_media_type: { status: 400, error: 'invalid_request' },
  body_too_large: { status: 413, error: 'invalid_request' },
  invalid_client: { status: 401, error: 'invalid_client' },
  unauthorized_client: { status: 400, error: 'unauthorized_client' },
  invalid_grant: { status: 400, error: 'invalid_grant' },
  unsupported_grant_type: { status: 400, error: 'unsupported_grant_type' },
  invalid_scope: { status: 400, error: 'invalid_scope' },
  invalid_target: { status: 400, error: 'invalid_target' },
  invalid_dpop_proof: { status: 400, error: 'invalid_dpop_proof' },
  use_dpop_nonce: { status: 400, error: 'use_dpop_nonce' },
  invalid_token: { status: 401, error: 'invalid_token' },
  insufficient_scope: { status: 403, error: 'insufficient_scope' },
  too_many_requests: { status: 429, error: 'slow_down' },
  // A client deleted during its own request.
  not_found: { status: 401, error: 'invalid_client' },
}

/** Renders a refusal or a failure as an OAuth error response. */
export function renderOAuthError(
  error: Error,
  issuer: string,
  requestId: () => string,
  whenOut: (error: Unavailable) => Answer,
): Answer {
  const known = error instanceof Refusal ? ERRORS[error.code] : undefined
  if (error instanceof Refusal && known) return refused(error, known, issuer)
  logFailure(error, requestId())
  if (error instanceof Unavailable) return whenOut(error)
  return answer(500, 'server_error', 'Something went wrong here.')
}

/** A dependency does not respond: trying again is safe. */
export function outage(): Answer {
  const headers = { 'Retry-After': RETRY_AFTER }
  return answer(503, 'temporarily_unavailable', TRY_AGAIN, headers)
}

function refused(refusal: Refusal, { status, error }: OAuthError, issuer: string): Answer {
  const { retryAfter, scope, nonce } = refusal.extras
  const challenge = challengeFor(refusal, issuer, scope)
  return answer(status, error, refusal.message, {
    ...(retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) }),
    ...(nonce === undefined ? {} : { 'DPoP-Nonce': nonce }),
    ...(challenge === null ? {} : { 'WWW-Authenticate': challenge }),
  })
}

/** RFC 9110 §11.6.1: a 401 carries a challenge, whatever was tried. */
function challengeFor(refusal: Refusal, issuer: string, scope: string | undefined): string | null {
  switch (refusal.code) {
    case 'invalid_client':
    case 'not_found':
      return `Basic realm="${issuer}", charset="UTF-8"`
    case 'invalid_token':
      return `Bearer realm="${issuer}", error="invalid_token"`
    case 'insufficient_scope':
      return `Bearer realm="${issuer}", error="insufficient_scope", scope="${scope ?? ''}"`
    default:
      return null
  }
}

function answer(
  status: StatusCode,
  error: string,
  description: string,
  headers: Record<string, string> = {},
): Answer {
  const body: OAuthErrorResponse = { error, error_description: description }
  return unstored(body, status, headers)
}
