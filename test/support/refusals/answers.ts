import { expect } from 'vitest'
import { ISSUER } from '../server.ts'

/** The error, its sentence, and the headers beyond those that every refusal has. */
type Oauth = [error: string, says: string, headers?: Record<string, unknown>]
/** The same of a problem (RFC 9457), which has a title too, and may have fields. */
type Problem = [code: string, title: string, says: string, more?: More]

type More = { headers?: Record<string, unknown>; errors?: object[] }

const BASIC = { 'www-authenticate': `Basic realm="${ISSUER}", charset="UTF-8"` }
const BEARER = `Bearer realm="${ISSUER}"`
const INVALID = { 'www-authenticate': `${BEARER}, error="invalid_token"` }
const REPLAYED = { 'idempotency-replayed': 'true' }

const OAUTH: Record<string, Oauth> = {
  'a repeated parameter': ['invalid_request', 'A parameter is repeated.'],
  'a body over 16 KiB': ['invalid_request', 'The body is over 16 KiB.'],
  'another grant': [
    'unsupported_grant_type',
    'This grant type is not supported: the metadata list those that are as grant_types_supported.',
  ],
  'a scope that it lacks': ['invalid_scope', 'The client lacks a scope that it asked for.'],
  'an API that it lacks': [
    'invalid_target',
    'The client has no permission on an API that it asked for.',
  ],
  'a rotation that is not allowed': [
    'unauthorized_client',
    'This client may not rotate its own secret.',
  ],
  'a token of another client': ['invalid_request', 'The token was issued to another client.'],
  'an introspection by a token without the right': [
    'invalid_token',
    'The token is not active here.',
    INVALID,
  ],
  'a level of health that there is not': [
    'invalid_request',
    'fail_on must be one of degraded, failing, unavailable.',
  ],
  'no credentials': ['invalid_client', 'Client authentication is missing.', BASIC],
  'a header that is no Basic header': [
    'invalid_client',
    'The Authorization header is not a valid Basic header.',
    BASIC,
  ],
  'the secret of another client': [
    'invalid_client',
    'The client_id or the client_secret is wrong.',
    BASIC,
  ],
  'a mistyped secret': [
    'invalid_client',
    'The client_secret is mistyped: its checksum is wrong.',
    BASIC,
  ],
  'a suspended client': ['invalid_client', 'The client is suspended.', BASIC],
  'an expired secret': ['invalid_client', 'The client_secret expired.', BASIC],
  'a secret of tomorrow': ['invalid_client', 'The client_secret is not valid yet.', BASIC],
  'a secret of a client that may have none': [
    'invalid_client',
    'The profile fapi2 of the client does not allow the credential that it used.',
    BASIC,
  ],
  'an assertion past its time': ['invalid_client', 'The client_assertion is not valid.', BASIC],
  'an expired key': ['invalid_client', 'The client_assertion is not valid.', BASIC],
  'a token of a platform for somebody else': ['invalid_grant', 'The assertion is not valid here.'],
  'a proof that is none': ['invalid_dpop_proof', 'The proof is malformed.'],
  'a proof without a nonce': [
    'use_dpop_nonce',
    'Make a proof with the nonce in the DPoP-Nonce header.',
    { 'dpop-nonce': expect.stringMatching(/^[\w-]{43}$/) },
  ],
  'a client that has to prove a key': [
    'invalid_dpop_proof',
    'The client must send a proof in the DPoP header.',
  ],
  'a client that has to present one': [
    'invalid_request',
    'The client must present its certificate: its tokens are bound to it.',
  ],
}

const PROBLEMS: Record<string, Problem> = {
  'a bound token as a bearer token': [
    'invalid_token',
    'The access token is not active',
    'The token is bound to a key, and only bearer tokens are accepted here.',
    { headers: INVALID },
  ],
  'GET /clients: unauthenticated': [
    'unauthenticated',
    'Authentication is needed',
    'Send a Bearer token.',
    { headers: { 'www-authenticate': BEARER } },
  ],
  'GET /clients: bootstrap_token_guess': [
    'invalid_token',
    'The access token is not active',
    'The access token is not active here.',
    { headers: INVALID },
  ],
  'GET /clients: invalid_token': [
    'invalid_token',
    'The access token is not active',
    'The access token is not active here.',
    { headers: INVALID },
  ],
  'POST /clients: insufficient_scope': [
    'insufficient_scope',
    'insufficient_scope',
    'This needs clients:manage.',
    {
      headers: {
        'www-authenticate': `${BEARER}, error="insufficient_scope", scope="clients:manage"`,
      },
    },
  ],
  'PATCH /clients/:client_id: forbidden': [
    'forbidden',
    'Not allowed',
    'A client cannot change itself through this API.',
  ],
  'GET /clients/:client_id: not_found': ['not_found', 'Not found', 'There is no such client.'],
  'POST /apis: conflict': ['conflict', 'Conflict', 'There is already an API with this audience.'],
  'PATCH /clients/:client_id: stale': [
    'stale',
    'Precondition failed',
    'It has changed since it was read: read it again, then change it.',
  ],
  'PATCH /clients/:client_id: precondition_required': [
    'precondition_required',
    'Precondition required',
    'Send If-Match with the ETag of what you read, or *.',
  ],
  'POST /clients: invalid_fields': [
    'invalid_fields',
    'The request is not valid',
    'A field is missing, unknown or not valid.',
    {
      errors: [
        { field: 'client_name', detail: 'is missing' },
        { field: 'no_such_field', detail: 'is not a field of this request' },
      ],
    },
  ],
  'POST /clients: invalid_request': [
    'invalid_request',
    'The request is malformed',
    'The body is not JSON.',
  ],
  'POST /clients: unsupported_media_type': [
    'unsupported_media_type',
    'Unsupported media type',
    'Send application/json in UTF-8.',
  ],
  'POST /clients: made_before': [
    'made_before',
    'Made before',
    'This request was made before, with this Idempotency-Key. Its secret was shown with the first answer and is not shown again: if that answer was lost, create another secret.',
    {
      headers: {
        ...REPLAYED,
        location: expect.stringMatching(
          /^https:\/\/auth\.example\/admin\/v1\/clients\/client_\w+$/,
        ),
      },
    },
  ],
  'POST /clients: key_reused': [
    'key_reused',
    'The Idempotency-Key was used before',
    'This Idempotency-Key was used for another request.',
  ],
  'POST /clients: gone': [
    'gone',
    'Gone',
    'This request was made before, and what it created has been deleted since.',
    { headers: { ...REPLAYED } },
  ],
}

const EVERY = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }

/** The whole answer to a case of refusals, header by header. */
export async function expectRefusal(what: string, response: Response): Promise<void> {
  const { status } = response
  const got = { headers: Object.fromEntries(response.headers), body: await response.json() }
  const oauth = OAUTH[what]
  if (oauth) {
    const [error, error_description, headers] = oauth
    const all = { ...EVERY, 'content-type': 'application/json', pragma: 'no-cache', ...headers }
    expect(got).toEqual({ headers: all, body: { error, error_description } })
    return
  }
  const [code, title, detail, { headers, errors } = {}] = PROBLEMS[what] ?? ['', '', '']
  const all = { ...EVERY, 'content-type': 'application/problem+json', ...headers }
  const body = { type: `urn:portcullis:problem:${code}`, title, status, detail, errors }
  expect(got).toEqual({ headers: all, body })
}
