import type { ErrorHandler } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { Refusal, Unavailable } from '../../domain/errors.ts'
import type { RefusalCode } from '../../domain/refusal-reasons.ts'
import type { AppContext, AppEnv } from '../../web/app-env.ts'
import { logFailure } from '../../web/log.ts'
import type { StreamErrorResponse } from './response.ts'
import { RETRY_AFTER, TRY_AGAIN } from '../../web/unavailable.ts'

/** SSF 1.0 §8.1.1. */
const STATUSES: Partial<Record<RefusalCode, ContentfulStatusCode>> = {
  unauthenticated: 401,
  invalid_token: 401,
  insufficient_scope: 403,
  not_found: 404,
  conflict: 409,
  body_too_large: 413,
  too_many_requests: 429,
}

/** In the shape that RFC 8935 §2.3 and RFC 8936 §2.6 have for errors. */
export const renderStreamError: ErrorHandler<AppEnv> = (error, c) => {
  if (error instanceof Refusal) return refused(c, error)
  logFailure(error, c.get('requestId'))
  const isOut = error instanceof Unavailable
  c.get('tell')?.(isOut ? 503 : 500, error)
  if (isOut) c.header('Retry-After', RETRY_AFTER)
  return isOut
    ? answer(c, 503, 'unavailable', TRY_AGAIN)
    : answer(c, 500, 'server_error', 'Something went wrong here.')
}

function refused(c: AppContext, refusal: Refusal) {
  const { code, message, extras } = refusal
  const status = STATUSES[code] ?? 400
  c.var.tell(status, refusal)
  const error = code === 'unauthenticated' ? '' : `, error="${code}"`
  const scope = extras.scope === undefined ? '' : `, scope="${extras.scope}"`
  const challenge = `Bearer realm="${c.var.deps.issuer}"${error}${scope}`
  if (status === 401 || status === 403) c.header('WWW-Authenticate', challenge)
  if (extras.retryAfter !== undefined) c.header('Retry-After', String(extras.retryAfter))
  const fields = extras.fields?.map(({ field, detail }) => `${field} ${detail}`.trim())
  return answer(c, status, code, fields ? `${message} ${fields.join('; ')}` : message)
}

function answer(c: AppContext, status: ContentfulStatusCode, err: string, description: string) {
  c.header('Cache-Control', 'no-store')
  c.header('X-Content-Type-Options', 'nosniff')
  return c.json<StreamErrorResponse>({ err, description }, status)
}
