import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { faultyD1 } from '../doubles/faults.ts'
import { heardLog, type Line } from '../support/refusals/log.ts'
import { testServer, type TestServer } from '../support/server.ts'

const RAY = '8f1e2d3c4b5a6978-AMS'
const BEARER = { Authorization: `Bearer ${env.BOOTSTRAP_TOKEN}`, 'CF-Ray': RAY }

let heard: ReturnType<typeof heardLog>
beforeEach(() => {
  heard = heardLog()
})
afterEach(() => void vi.restoreAllMocks())

const LATER = 'Try again in a moment.'
const WRONG = 'Something went wrong here.'
const UNSTORED = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }
const OAUTH = { ...UNSTORED, 'content-type': 'application/json', pragma: 'no-cache' }
const ADMIN = { ...UNSTORED, 'content-type': 'application/problem+json' }
const STREAMS = { ...UNSTORED, 'content-type': 'application/json' }
const RETRY = { 'retry-after': '5' }

const problem = (code: string, title: string, status: number, detail: string) => ({
  type: `urn:portcullis:problem:${code}`,
  title,
  status,
  detail,
})

const oauth = (error: string, error_description: string) => ({ error, error_description })

const token = (server: TestServer) =>
  server.form(
    '/oauth/token',
    { grant_type: 'client_credentials' },
    { id: 'client_1', secret: 'x' },
    { 'CF-Ray': RAY },
  )
const clients = (server: TestServer) => server.send('/admin/v1/clients', { headers: BEARER })
const streams = (server: TestServer) =>
  server.send('/ssf/streams', { headers: { Authorization: 'Bearer a.b.c', 'CF-Ray': RAY } })
const health = (server: TestServer) => server.send('/health', { headers: { 'CF-Ray': RAY } })

type Failure = [string, (server: TestServer) => Promise<Response>, object, object]

async function expectAnswer(response: Response, status: number, headers: object, body: object) {
  expect(response.status).toBe(status)
  expect(Object.fromEntries(response.headers)).toEqual(headers)
  expect(await response.json()).toEqual(body)
}

const failuresIn = (lines: string[]) =>
  lines.map((line) => JSON.parse(line) as Line).filter(({ level }) => level === 'error')

describe('while D1 does not answer', () => {
  it.each<Failure>([
    ['the token endpoint', token, { ...OAUTH, ...RETRY }, oauth('temporarily_unavailable', LATER)],
    [
      'the admin API',
      clients,
      { ...ADMIN, ...RETRY },
      problem('unavailable', 'Unavailable', 503, LATER),
    ],
  ])('%s says that it does not serve, and the log why', async (_what, send, headers, body) => {
    const DB = faultyD1(env.DB, () => 'throws')
    const server = testServer({ env: { DB } })
    await expectAnswer(await send(server), 503, headers, body)
    const [line] = failuresIn(heard.texts)
    expect(line).toEqual({
      level: 'error',
      request_id: RAY,
      unavailable: 'd1',
      detail: expect.stringMatching(/^d1 is out of reach: ./),
    })
  })

  it('health names it', async () => {
    const DB = faultyD1(env.DB, () => 'throws')
    const body = { status: 'unavailable', failing: ['d1'] }
    await expectAnswer(await health(testServer({ env: { DB } })), 503, { ...OAUTH, ...RETRY }, body)
  })
})

it('health names a setting that is wrong, where nothing else can be asked', async () => {
  const server = testServer({ env: { PEPPER: 'short' } })
  const body = { status: 'unavailable', failing: ['configuration'], wrong_settings: ['PEPPER'] }
  await expectAnswer(await health(server), 503, { ...OAUTH, ...RETRY }, body)
})

describe('over a bug', () => {
  it.each<Failure>([
    ['the token endpoint', token, OAUTH, oauth('server_error', WRONG)],
    ['the admin API', clients, ADMIN, problem('server_error', 'Server error', 500, WRONG)],
    ['a stream of events', streams, STREAMS, { err: 'server_error', description: WRONG }],
  ])('%s answers that it failed, and quotes nothing', async (_what, send, headers, body) => {
    // The platform broke a promise: D1 itself throws no such error.
    const DB = new Proxy(env.DB, {
      get: () => {
        throw new RangeError('a secret')
      },
    })
    const server = testServer({ env: { DB }, securityEvents: true })
    await expectAnswer(await send(server), 500, headers, body)
    const [line] = failuresIn(heard.texts)
    expect(line).toMatchObject({ level: 'error', request_id: RAY, bug: 'RangeError' })
    expect(heard.texts.join()).not.toContain('a secret')
  })
})
