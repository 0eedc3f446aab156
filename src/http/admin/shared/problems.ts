import type { ErrorHandler, Handler } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { Refusal, type RefusalExtras, Unavailable } from '../../../domain/errors.ts'
import type { InUse } from '../../../domain/in-use.ts'
import type { RefusalCode } from '../../../domain/refusal-reasons.ts'
import type { AppEnv, AppContext } from '../../../web/app-env.ts'
import { logFailure } from '../../../web/log.ts'
import { withHead } from '../../../web/methods.ts'
import type { ProblemResponse } from './response.ts'
import { RETRY_AFTER, TRY_AGAIN } from '../../../web/unavailable.ts'

type Problem = { status: ContentfulStatusCode; title: string }

/** RFC 9457: one row for each reason to refuse. */
const PROBLEMS: Record<RefusalCode, Problem> = {
  invalid_fields: { status: 400, title: 'The request is not valid' },
  invalid_request: { status: 400, title: 'The request is malformed' },
  unauthenticated: { status: 401, title: 'Authentication is needed' },
  invalid_token: { status: 401, title: 'The access token is not active' },
  insufficient_scope: { status: 403, title: 'insufficient_scope' },
  forbidden: { status: 403, title: 'Not allowed' },
  not_found: { status: 404, title: 'Not found' },
  conflict: { status: 409, title: 'Conflict' },
  made_before: { status: 409, title: 'Made before' },
  gone: { status: 410, title: 'Gone' },
  stale: { status: 412, title: 'Precondition failed' },
  body_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'Unsupported media type' },
  key_reused: { status: 422, title: 'The Idempotency-Key was used before' },
  precondition_required: { status: 428, title: 'Precondition required' },
  too_many_requests: { status: 429, title: 'Too many requests' },
  // Refusals of the OAuth endpoints; none occurs here.
  invalid_client: { status: 401, title: 'Authentication failed' },
  unauthorized_client: { status: 400, title: 'The request is malformed' },
  unsupported_grant_type: { status: 400, title: 'The request is malformed' },
  invalid_grant: { status: 400, title: 'The request is malformed' },
  invalid_scope: { status: 400, title: 'The request is malformed' },
  invalid_target: { status: 400, title: 'The request is malformed' },
  invalid_dpop_proof: { status: 400, title: 'The request is malformed' },
  use_dpop_nonce: { status: 400, title: 'The request is malformed' },
}

export const renderProblem: ErrorHandler<AppEnv> = (error, c) => {
  if (error instanceof Refusal) return refused(c, error)
  logFailure(error, c.get('requestId'))
  const status = error instanceof Unavailable ? 503 : 500
  c.get('tell')?.(status, error)
  if (error instanceof Unavailable) {
    c.header('Retry-After', RETRY_AFTER)
    return problem(c, 'unavailable', 503, 'Unavailable', laterOf(error))
  }
  return problem(c, 'server_error', 500, 'Server error', 'Something went wrong here.')
}

/** The same for a part of an answer: one of several things that were asked for at once. */
export function problemBody(failure: Refusal | Unavailable): ProblemResponse {
  if (failure instanceof Unavailable) {
    return bodyOf('unavailable', 503, 'Unavailable', laterOf(failure))
  }
  const { status, title } = PROBLEMS[failure.code]
  return bodyOf(failure.code, status, title, failure.message, failure.extras)
}

function laterOf({ what }: Unavailable): string {
  if (what !== 'migrations') return TRY_AGAIN
  return 'The database lacks a migration that this version needs: /health names it.'
}

function refused(c: AppContext, refusal: Refusal) {
  const { status, title } = PROBLEMS[refusal.code]
  c.var.tell(status, refusal)
  const { location, retryAfter } = refusal.extras
  const challenge = challengeFor(refusal, c.get('deps').issuer)
  if (challenge) c.header('WWW-Authenticate', challenge)
  c.header('Location', location)
  if (retryAfter !== undefined) c.header('Retry-After', String(retryAfter))
  return problem(c, refusal.code, status, title, refusal.message, refusal.extras)
}

/** RFC 6750 §3. */
function challengeFor(refusal: Refusal, issuer: string): string | null {
  const realm = `Bearer realm="${issuer}"`
  if (refusal.code === 'unauthenticated') return realm
  if (refusal.code === 'invalid_token') return `${realm}, error="invalid_token"`
  if (refusal.code !== 'insufficient_scope') return null
  return `${realm}, error="insufficient_scope", scope="${refusal.extras.scope ?? ''}"`
}

/** Answers a method that a known path does not support (RFC 9110 §15.5.6). */
export function otherMethod(methods: string[]): Handler<AppEnv> {
  const allow = withHead(methods).join(', ')
  return (c) => {
    c.header('Allow', allow)
    return problem(c, 'method_not_allowed', 405, 'Method not allowed', `Use ${allow}.`)
  }
}

export function problemType(code: string): string {
  return `urn:portcullis:problem:${code}`
}

export function problem(
  c: AppContext,
  code: string,
  status: ContentfulStatusCode,
  title: string,
  detail: string,
  extras?: RefusalExtras,
) {
  const body = bodyOf(code, status, title, detail, extras)
  c.header('Cache-Control', 'no-store')
  c.header('X-Content-Type-Options', 'nosniff')
  return c.body(JSON.stringify(body), status, { 'Content-Type': 'application/problem+json' })
}

function bodyOf(
  code: string,
  status: number,
  title: string,
  detail: string,
  { fields: errors, inUse }: RefusalExtras = {},
): ProblemResponse {
  const in_use_by = inUse && inUseBody(inUse)
  return { type: problemType(code), title, status, detail, errors, in_use_by }
}

function inUseBody({ clients, roles }: InUse): ProblemResponse['in_use_by'] {
  return {
    clients: {
      count: clients.count,
      more: clients.isMore,
      first: clients.first.map(({ id, name }) => ({ client_id: id, client_name: name })),
    },
    roles: {
      count: roles.count,
      more: roles.isMore,
      first: roles.first.map(({ id, name }) => ({ role_id: id, name })),
    },
  }
}
