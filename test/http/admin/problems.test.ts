import { Hono } from 'hono'
import { expect, it, vi } from 'vitest'
import { Refusal, Unavailable } from '../../../src/domain/errors.ts'
import { REFUSAL_CODES, type RefusalCode } from '../../../src/domain/refusal-reasons.ts'
import {
  otherMethod,
  problemBody,
  problemType,
  renderProblem,
} from '../../../src/http/admin/shared/problems.ts'
import type { AppEnv } from '../../../src/web/app-env.ts'
import type { Json } from '../../support/server.ts'

const MALFORMED: [number, string] = [400, 'The request is malformed']

/** RFC 9457: the status and the title of each reason to refuse. */
const PROBLEMS: Record<RefusalCode, [number, string]> = {
  invalid_fields: [400, 'The request is not valid'],
  invalid_request: MALFORMED,
  unauthenticated: [401, 'Authentication is needed'],
  invalid_token: [401, 'The access token is not active'],
  insufficient_scope: [403, 'insufficient_scope'],
  forbidden: [403, 'Not allowed'],
  not_found: [404, 'Not found'],
  conflict: [409, 'Conflict'],
  made_before: [409, 'Made before'],
  gone: [410, 'Gone'],
  stale: [412, 'Precondition failed'],
  body_too_large: [413, 'The body is too large'],
  unsupported_media_type: [415, 'Unsupported media type'],
  key_reused: [422, 'The Idempotency-Key was used before'],
  precondition_required: [428, 'Precondition required'],
  too_many_requests: [429, 'Too many requests'],
  invalid_client: [401, 'Authentication failed'],
  unauthorized_client: MALFORMED,
  unsupported_grant_type: MALFORMED,
  invalid_grant: MALFORMED,
  invalid_scope: MALFORMED,
  invalid_target: MALFORMED,
  invalid_dpop_proof: MALFORMED,
  use_dpop_nonce: MALFORMED,
}

it.each(REFUSAL_CODES.map((code) => [code, ...PROBLEMS[code]] as const))(
  'a refusal %s is %i: %s',
  (code, status, title) => {
    const fields = [{ field: 'name', detail: 'is missing' }]
    const body = { type: `urn:portcullis:problem:${code}`, title, status, detail: 'Why.' }
    expect(problemBody(new Refusal(code, 'Why.'))).toEqual(body)
    expect(problemBody(new Refusal(code, 'Why.', { fields }))).toEqual({ ...body, errors: fields })
  },
)

it('what is in use is named, with how many there are', () => {
  const names = (kind: string) => [{ id: `${kind}_1`, name: 'Export' }]
  const inUse = {
    clients: { count: 12, isMore: true, first: names('client') },
    roles: { count: 1, isMore: false, first: names('role') },
  }
  expect(problemBody(new Refusal('conflict', 'Why.', { inUse }))).toMatchObject({
    in_use_by: {
      clients: {
        count: 12,
        more: true,
        first: [{ client_id: 'client_1', client_name: 'Export' }],
      },
      roles: { count: 1, more: false, first: [{ role_id: 'role_1', name: 'Export' }] },
    },
  })
})

it.each([
  ['d1', 'Try again in a moment.'],
  ['migrations', 'The database lacks a migration that this version needs: /health names it.'],
] as const)('an outage of %s is 503, and says whether to wait', (what, detail) => {
  expect(problemBody(new Unavailable(what, 'a reason for the log alone'))).toEqual({
    type: problemType('unavailable'),
    title: 'Unavailable',
    status: 503,
    detail,
  })
})

/** The answer to an error that a handler throws, and what it was told of for the log. */
async function answerTo(error: Error) {
  const told: unknown[] = []
  const app = new Hono<AppEnv>()
  app.onError(renderProblem)
  app.get('/', (c) => {
    c.set('deps', { issuer: 'https://auth.example' } as never)
    c.set('tell', (status) => void told.push(status))
    throw error
  })
  app.all('/', otherMethod(['GET', 'PATCH']))
  const answer = await app.request('/')
  const { 'content-type': type, ...headers } = Object.fromEntries(answer.headers)
  expect(type).toBe('application/problem+json')
  expect(told).toEqual([answer.status])
  return { app, headers, body: await answer.json<Json>() }
}

const PROTECTED = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }
const REALM = 'Bearer realm="https://auth.example"'

it.each([
  ['not_found', {}, {}],
  ['unauthenticated', {}, { 'www-authenticate': REALM }],
  ['invalid_token', {}, { 'www-authenticate': `${REALM}, error="invalid_token"` }],
  [
    'insufficient_scope',
    { scope: 'audit:read' },
    { 'www-authenticate': `${REALM}, error="insufficient_scope", scope="audit:read"` },
  ],
  [
    'insufficient_scope',
    {},
    { 'www-authenticate': `${REALM}, error="insufficient_scope", scope=""` },
  ],
  ['made_before', { location: 'https://auth.example/x' }, { location: 'https://auth.example/x' }],
  ['too_many_requests', { retryAfter: 7 }, { 'retry-after': '7' }],
  ['too_many_requests', { retryAfter: 0 }, { 'retry-after': '0' }],
] as const)('a refusal %s with %j has its headers', async (code, extras, headers) => {
  const { headers: sent } = await answerTo(new Refusal(code, 'Why.', extras))
  expect(sent).toEqual({ ...PROTECTED, ...headers })
})

it('a failure is logged, and says to whoever asks whether to ask again', async () => {
  const logged = vi.spyOn(console, 'error').mockImplementation(() => {})
  const outage = await answerTo(new Unavailable('d1', 'no word of this'))
  expect(outage.headers).toEqual({ ...PROTECTED, 'retry-after': '5' })
  expect(outage.body).toMatchObject({ status: 503, detail: 'Try again in a moment.' })
  const bug = await answerTo(new Error('no word of this'))
  expect(bug.headers).toEqual(PROTECTED)
  expect(bug.body).toEqual({
    type: 'urn:portcullis:problem:server_error',
    title: 'Server error',
    status: 500,
    detail: 'Something went wrong here.',
  })
  expect(logged).toHaveBeenCalledTimes(2)
  logged.mockRestore()
})

it('another method of a path is refused with those that there are', async () => {
  const { app } = await answerTo(new Refusal('not_found', 'Why.'))
  const answer = await app.request('/', { method: 'PUT' })
  expect(answer.headers.get('allow')).toBe('GET, PATCH, HEAD')
  expect(await answer.json()).toEqual({
    type: 'urn:portcullis:problem:method_not_allowed',
    title: 'Method not allowed',
    status: 405,
    detail: 'Use GET, PATCH, HEAD.',
  })
})
