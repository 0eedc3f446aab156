import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Refusal, Unavailable } from '../../../src/domain/errors.ts'
import { REFUSAL_CODES, type RefusalCode } from '../../../src/domain/refusal-reasons.ts'
import { outage, renderOAuthError } from '../../../src/http/oauth/errors.ts'
import { ISSUER } from '../../support/server.ts'

let log: ReturnType<typeof vi.spyOn>
beforeEach(() => {
  log = vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => void vi.restoreAllMocks())

const BASIC = `Basic realm="${ISSUER}", charset="UTF-8"`
const BEARER = `Bearer realm="${ISSUER}", error=`

/** The status, the error and the challenge of each reason that an endpoint refuses for. */
const ERRORS: Partial<Record<RefusalCode, [number, string, string?]>> = {
  invalid_request: [400, 'invalid_request'],
  unsupported_media_type: [400, 'invalid_request'],
  body_too_large: [413, 'invalid_request'],
  invalid_client: [401, 'invalid_client', BASIC],
  unauthorized_client: [400, 'unauthorized_client'],
  invalid_grant: [400, 'invalid_grant'],
  unsupported_grant_type: [400, 'unsupported_grant_type'],
  invalid_scope: [400, 'invalid_scope'],
  invalid_target: [400, 'invalid_target'],
  invalid_dpop_proof: [400, 'invalid_dpop_proof'],
  use_dpop_nonce: [400, 'use_dpop_nonce'],
  invalid_token: [401, 'invalid_token', `${BEARER}"invalid_token"`],
  insufficient_scope: [403, 'insufficient_scope', `${BEARER}"insufficient_scope", scope="a b"`],
  too_many_requests: [429, 'slow_down'],
  not_found: [401, 'invalid_client', BASIC],
}

const HEADERS = {
  'cache-control': 'no-store',
  'content-type': 'application/json',
  pragma: 'no-cache',
  'x-content-type-options': 'nosniff',
}

function rendered(error: Error) {
  const answer = renderOAuthError(error, ISSUER, () => 'request_1', outage)
  const headers = Object.fromEntries(answer.headers)
  return { status: answer.status, headers, body: JSON.parse(answer.body ?? '') as unknown }
}

const body = (error: string, error_description: string) => ({ error, error_description })

it.each(REFUSAL_CODES)('a refusal %s is answered as the RFCs have it, or is a bug', (code) => {
  const refusal = new Refusal(code, 'Why.', { scope: 'a b' })
  const [status, error, challenge] = ERRORS[code] ?? [500, 'server_error']
  const headers = { ...HEADERS, ...(challenge !== undefined && { 'www-authenticate': challenge }) }
  const says = status === 500 ? 'Something went wrong here.' : 'Why.'
  expect(rendered(refusal)).toEqual({ status, headers, body: body(error, says) })
  expect(log).toHaveBeenCalledTimes(status === 500 ? 1 : 0)
})

it('a refusal says when to come back, and with which nonce', () => {
  const later = new Refusal('too_many_requests', 'Why.', { retryAfter: 7 })
  expect(rendered(later).headers).toEqual({ ...HEADERS, 'retry-after': '7' })
  const proof = new Refusal('use_dpop_nonce', 'Why.', { nonce: 'a-nonce' })
  expect(rendered(proof).headers).toEqual({ ...HEADERS, 'dpop-nonce': 'a-nonce' })
  const scopeless = new Refusal('insufficient_scope', 'Why.')
  const challenge = `${BEARER}"insufficient_scope", scope=""`
  expect(rendered(scopeless).headers).toEqual({ ...HEADERS, 'www-authenticate': challenge })
})

it('an outage is 503, to be tried again in five seconds, and a line of the log', () => {
  expect(rendered(new Unavailable('kv', 'it timed out'))).toEqual({
    status: 503,
    headers: { ...HEADERS, 'retry-after': '5' },
    body: body('temporarily_unavailable', 'Try again in a moment.'),
  })
  const line = JSON.parse(String(log.mock.calls[0]?.[0])) as unknown
  expect(line).toMatchObject({ request_id: 'request_1', unavailable: 'kv' })
})
