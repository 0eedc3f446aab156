import { Hono } from 'hono'
import { expect, it, vi } from 'vitest'
import { Refusal, type RefusalExtras, Unavailable } from '../../../src/domain/errors.ts'
import type { RefusalCode } from '../../../src/domain/refusal-reasons.ts'
import { renderStreamError } from '../../../src/http/ssf/errors.ts'
import type { AppEnv } from '../../../src/web/app-env.ts'
import type { Json } from '../../support/server.ts'

const REALM = 'Bearer realm="https://auth.example"'

/** The answer to an error that a handler throws: its status, its body and its headers. */
async function answerTo(error: Error) {
  const told: unknown[] = []
  const app = new Hono<AppEnv>()
  app.onError(renderStreamError)
  app.get('/', (c) => {
    c.set('deps', { issuer: 'https://auth.example' } as never)
    c.set('tell', (status, what) => void told.push([status, what]))
    throw error
  })
  const answer = await app.request('/')
  expect(told).toEqual([[answer.status, error]])
  const headers = Object.fromEntries(answer.headers)
  expect(headers).toMatchObject({
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  })
  const { 'www-authenticate': challenge = null, 'retry-after': wait = null } = headers
  return [answer.status, await answer.json<Json>(), challenge, wait]
}

it.each<[RefusalCode, RefusalExtras, number, string | null, string | null]>([
  ['unauthenticated', {}, 401, REALM, null],
  ['invalid_token', {}, 401, `${REALM}, error="invalid_token"`, null],
  [
    'insufficient_scope',
    { scope: 'ssf.manage' },
    403,
    `${REALM}, error="insufficient_scope", scope="ssf.manage"`,
    null,
  ],
  ['not_found', {}, 404, null, null],
  ['conflict', {}, 409, null, null],
  ['body_too_large', {}, 413, null, null],
  ['too_many_requests', { retryAfter: 30 }, 429, null, '30'],
  ['invalid_request', {}, 400, null, null],
  ['invalid_fields', {}, 400, null, null],
])('a refusal %s with %j is %i', async (code, extras, ...expected) => {
  const [status, challenge, wait] = expected
  const body = { err: code, description: 'Why.' }
  expect(await answerTo(new Refusal(code, 'Why.', extras))).toEqual([status, body, challenge, wait])
})

it('a refusal names the fields that are wrong', async () => {
  const fields = [
    { field: 'status', detail: 'is missing' },
    { field: '', detail: 'must be an object' },
  ]
  const [, body] = await answerTo(new Refusal('invalid_fields', 'Not valid.', { fields }))
  const description = 'Not valid. status is missing; must be an object'
  expect(body).toEqual({ err: 'invalid_fields', description })
})

it('a failure is logged, and says whether to ask again', async () => {
  const logged = vi.spyOn(console, 'error').mockImplementation(() => {})
  const later = { err: 'unavailable', description: 'Try again in a moment.' }
  expect(await answerTo(new Unavailable('d1', 'no word of this'))).toEqual([503, later, null, '5'])
  const bug = { err: 'server_error', description: 'Something went wrong here.' }
  expect(await answerTo(new Error('no word of this'))).toEqual([500, bug, null, null])
  expect(logged).toHaveBeenCalledTimes(2)
  logged.mockRestore()
})
