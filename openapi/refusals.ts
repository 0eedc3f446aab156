import type { HeaderName } from '../src/http/reference/description.ts'
import type { Json } from './from-valibot.ts'

type Refusal = { what: string; code: string; title?: string; headers?: HeaderName[]; more?: Json }

const PROBLEMS: Record<string, [status: number, refusal: Refusal]> = {
  BadRequest: [
    400,
    {
      what: 'Malformed JSON, an unknown field, a value that is not valid.',
      code: 'invalid_fields',
      title: 'The request is not valid',
      more: { errors: [{ field: 'secret.expires_on', detail: 'must not be in the past (UTC)' }] },
    },
  ],
  Unauthorized: [
    401,
    {
      what: 'No Bearer token, or one that is not active here.',
      code: 'unauthenticated',
      title: 'Authentication is needed',
      headers: ['Challenge'],
    },
  ],
  Forbidden: [
    403,
    {
      what: 'Too weak a token, or a change that no machine may make.',
      code: 'insufficient_scope',
      title: 'insufficient_scope',
    },
  ],
  NotFound: [404, { what: 'No such resource.', code: 'not_found', title: 'Not found' }],
  Conflict: [
    409,
    {
      what: 'It conflicts with what is there.',
      code: 'conflict',
      title: 'Conflict',
      headers: ['MadeBefore', 'Replayed'],
    },
  ],
  Gone: [
    410,
    {
      what: 'This request was made before; what it made was deleted since.',
      code: 'gone',
      title: 'It was deleted',
      headers: ['Replayed'],
    },
  ],
  Stale: [412, { what: 'If-Match is stale.', code: 'stale', title: 'Precondition failed' }],
  TooLarge: [413, { what: 'Over 64 KiB.', code: 'body_too_large', title: 'The body is too large' }],
  UnsupportedMediaType: [
    415,
    {
      what: 'Not application/json in UTF-8.',
      code: 'unsupported_media_type',
      title: 'Unsupported media type',
    },
  ],
  KeyReused: [
    422,
    {
      what: 'The Idempotency-Key was used for another request.',
      code: 'key_reused',
      title: 'The key was used before',
    },
  ],
  PreconditionRequired: [
    428,
    {
      what: 'Configuration demands If-Match.',
      code: 'precondition_required',
      title: 'A precondition is needed',
    },
  ],
  TooManyRequests: [
    429,
    {
      what: 'Too many guesses of the bootstrap token from this address. No access token gets it.',
      code: 'too_many_requests',
      title: 'Too many requests',
      headers: ['RetryAfter'],
    },
  ],
  ServerError: [500, { what: 'A bug here.', code: 'server_error', title: 'Server error' }],
  EventFailed: [
    502,
    {
      what: 'The receiver did not accept it.',
      code: 'event_failed',
      title: 'The event was not accepted',
    },
  ],
  MailFailed: [
    502,
    { what: 'The mailer did not take it.', code: 'mail_failed', title: 'The mail did not go out' },
  ],
  Unavailable: [
    503,
    {
      what: 'The database is out of reach, or too much changes at once. Trying again is safe.',
      code: 'unavailable',
      title: 'Unavailable',
      headers: ['RetryAfter'],
    },
  ],
}

const OAUTH_ERRORS: Record<string, Refusal> = {
  InvalidRequest: {
    what: 'invalid_request, unsupported_grant_type, invalid_scope, invalid_target, invalid_dpop_proof or use_dpop_nonce.',
    code: 'invalid_request',
  },
  InvalidClient: {
    what: 'The client is unknown or suspended; its secret, key, assertion or certificate is not valid; or a Bearer token is not active.',
    code: 'invalid_client',
    headers: ['Challenge'],
  },
  InvalidToken: {
    what: 'The Bearer token is not active.',
    code: 'invalid_token',
    headers: ['Challenge'],
  },
  OAuthForbidden: {
    what: 'Too weak a Bearer token.',
    code: 'insufficient_scope',
    headers: ['Challenge'],
  },
  OAuthNotFound: { what: 'No such status list.', code: 'not_found' },
  NotTold: { what: 'The status of another time is not told.', code: 'not_implemented' },
  FormTooLarge: { what: 'Over 16 KiB.', code: 'invalid_request' },
  SlowDown: {
    what: 'Too many failed authentications from this address.',
    code: 'slow_down',
    headers: ['RetryAfter'],
  },
  OAuthServerError: { what: 'A bug here.', code: 'server_error' },
  OAuthUnavailable: {
    what: 'The database is out of reach. Never a token, never active.',
    code: 'temporarily_unavailable',
    headers: ['RetryAfter'],
  },
}

const STREAM_ERRORS: Record<string, Refusal> = {
  StreamInvalid: {
    what: 'Malformed JSON, a value that is not valid, or a poll of a stream that is pushed.',
    code: 'invalid_request',
  },
  StreamUnauthenticated: {
    what: 'No Bearer token, or one that is not active here.',
    code: 'invalid_token',
    headers: ['Challenge'],
  },
  StreamForbidden: {
    what: 'Too weak a Bearer token.',
    code: 'insufficient_scope',
    headers: ['Challenge'],
  },
  StreamNotFound: { what: 'No such stream or client.', code: 'not_found' },
  StreamConflict: { what: 'The receiver has a stream already.', code: 'conflict' },
  StreamTooLarge: { what: 'Over 64 KiB.', code: 'body_too_large' },
  StreamTooOften: {
    what: 'Verified less than a minute ago.',
    code: 'too_many_requests',
    headers: ['RetryAfter'],
  },
  StreamServerError: { what: 'A bug here.', code: 'server_error' },
  StreamUnavailable: {
    what: 'The database is out of reach, or too much changes at once. Trying again is safe.',
    code: 'unavailable',
    headers: ['RetryAfter'],
  },
}

/** Every refusal that there is, once: operations refer to them. */
export function sharedRefusals(): Record<string, Json> {
  const problems = Object.entries(PROBLEMS).map(([name, [status, refusal]]) => {
    const { code, title, more } = refusal
    const type = `urn:portcullis:problem:${code}`
    const example = { type, title, status, detail: refusal.what, ...more }
    return [name, answerOf(refusal, 'application/problem+json', 'Problem', example)]
  })
  const oauthErrors = Object.entries(OAUTH_ERRORS).map(([name, refusal]) => {
    const example = { error: refusal.code, error_description: refusal.what }
    return [name, answerOf(refusal, 'application/json', 'OAuthError', example)]
  })
  const streamErrors = Object.entries(STREAM_ERRORS).map(([name, refusal]) => {
    const example = { err: refusal.code, description: refusal.what }
    return [name, answerOf(refusal, 'application/json', 'StreamError', example)]
  })
  return Object.fromEntries([...problems, ...oauthErrors, ...streamErrors]) as Record<string, Json>
}

function answerOf({ what, headers }: Refusal, type: string, schema: string, example: Json): Json {
  return {
    description: what,
    ...(headers ? { headers: headersOf(headers) } : {}),
    content: { [type]: { schema: { $ref: `#/components/schemas/${schema}` }, example } },
  }
}

export function headersOf(names: HeaderName[]): Json {
  return Object.fromEntries(
    names.map((name) => [SPELLED[name], { $ref: `#/components/headers/${name}` }]),
  )
}

const SPELLED: Record<HeaderName, string> = {
  ETag: 'ETag',
  Location: 'Location',
  RetryAfter: 'Retry-After',
  Challenge: 'WWW-Authenticate',
  Replayed: 'Idempotency-Replayed',
  MadeBefore: 'Location',
}
