import type { ErrorHandler } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { Refusal, Unavailable } from '../domain/errors.ts'
import type { RefusalCode } from '../domain/refusal-reasons.ts'
import { logFailure } from '../web/log.ts'
import type { ConsoleEnv } from './kit/console-env.ts'
import { errorPage } from './kit/error-page.tsx'
import { askToSignIn } from './sign-in/session-ended.ts'
import { RETRY_AFTER, TRY_AGAIN } from '../web/unavailable.ts'

/** Why a page is refused, for a person. */
const TITLES: Partial<Record<RefusalCode, { status: ContentfulStatusCode; title: string }>> = {
  invalid_request: { status: 400, title: 'Invalid request' },
  invalid_fields: { status: 400, title: 'Invalid request' },
  forbidden: { status: 403, title: 'Not allowed' },
  insufficient_scope: { status: 403, title: 'Not allowed' },
  not_found: { status: 404, title: 'Not found' },
  conflict: { status: 409, title: 'Already exists' },
  stale: { status: 412, title: 'Somebody saved another version' },
  body_too_large: { status: 413, title: 'Too large' },
  unsupported_media_type: { status: 415, title: 'Invalid request' },
  too_many_requests: { status: 429, title: 'Too many attempts' },
}

const LATER = `Nothing was changed. ${TRY_AGAIN}`
const WHY_LATER: Partial<Record<Unavailable['what'], string>> = {
  migrations:
    'Nothing was changed. The database lacks a migration that this version needs: /health names it.',
  configuration: 'A setting of this server is wrong: /health names it, and the log says why.',
}

export const renderErrorPage: ErrorHandler<ConsoleEnv> = (error, c) => {
  const known = error instanceof Refusal ? TITLES[error.code] : undefined
  // The session ended while its request was on the way.
  if (error instanceof Refusal && error.code === 'unauthenticated') {
    c.var.tell(401, error)
    return askToSignIn(c)
  }
  if (error instanceof Refusal && known) {
    c.var.tell(known.status, error)
    const { retryAfter } = error.extras
    if (retryAfter !== undefined) c.header('Retry-After', String(retryAfter))
    const more = error.code === 'not_found' ? ' It may have been deleted.' : ''
    return errorPage(c, known.status, known.title, error.message + more)
  }
  logFailure(error, c.get('requestId'))
  c.get('tell')?.(error instanceof Unavailable ? 503 : 500, error)
  if (error instanceof Unavailable) {
    c.header('Retry-After', RETRY_AFTER)
    return errorPage(c, 503, 'Portcullis can’t answer now', WHY_LATER[error.what] ?? LATER)
  }
  return errorPage(c, 500, 'Something went wrong', 'The log has the details.')
}
