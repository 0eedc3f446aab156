import { env } from 'cloudflare:workers'
import { beforeEach, expect, it, vi } from 'vitest'
import type { RefusedRequest } from '../../src/domain/refusal-log.ts'
import { boundedRefusalLog } from '../../src/web/refusal-log.ts'
import { API, testServer, type TestServer } from '../support/server.ts'

const FROM = '203.0.113.7'

let warnings: ReturnType<typeof vi.spyOn>
beforeEach(() => {
  warnings = vi.spyOn(console, 'warn').mockImplementation(() => {})
})

const logged = () =>
  warnings.mock.calls.map(([line]: unknown[]) => JSON.parse(String(line)) as unknown)

/** The members that every line has. */
const LINE = {
  level: 'warning',
  event: 'refused',
  endpoint: 'POST /oauth/token',
  status: 401,
  proven: false,
  address: FROM,
  request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
  count: 1,
}

async function aClient(server: TestServer) {
  await server.api()
  return server.client({ [API]: 'invoices:read' })
}

it('tells of wrong secrets, by client and address, and quotes none', async () => {
  const server = testServer({ clientAddress: () => FROM })
  const client = await aClient(server)
  const { secret } = await server.client({})
  for (let tries = 0; tries < 10; tries++) await server.tokenRequest({ ...client, secret })
  const line = { ...LINE, reason: 'wrong_secret', client_id: client.id, method: 'secret' }
  expect(logged()).toEqual([line, { ...line, count: 10 }])
})

it('tells no client id that may be something else', async () => {
  const server = testServer({ clientAddress: () => FROM })
  const client = await aClient(server)
  await server.tokenRequest({ ...client, id: client.secret, secret: 'x' })
  expect(logged()).toEqual([{ ...LINE, reason: 'wrong_secret', method: 'secret' }])
})

it('names the client of a header that nobody has read when the request is refused', async () => {
  const server = testServer({ clientAddress: () => FROM })
  const client = await aClient(server)
  await server.form('/oauth/token', { grant_type: 'password' }, client)
  const reason = 'unsupported_grant_type'
  expect(logged()).toEqual([{ ...LINE, status: 400, reason, client_id: client.id }])
})

it('tells that a suspended client still tries, at each endpoint', async () => {
  const server = testServer({ clientAddress: () => FROM })
  const client = await aClient(server)
  await server.suspend(client)
  const endpoints = ['token', 'introspect', 'revoke'].map((name) => `POST /oauth/${name}`)
  await server.tokenRequest(client)
  await server.form('/oauth/introspect', { token: 'x' }, client)
  await server.form('/oauth/revoke', { token: 'x' }, client)
  const line = { ...LINE, reason: 'suspended', client_id: client.id, method: 'secret' }
  expect(logged()).toEqual(endpoints.map((endpoint) => ({ ...line, proven: true, endpoint })))
})

it('tells of guesses of the bootstrap token, and when they are too many', async () => {
  const server = testServer({
    clientAddress: () => FROM,
    failureLimits: { perClient: 2, perAddress: 1000 },
  })
  for (const guess of ['a', 'b', 'c', 'd']) {
    await server.admin('GET', '/clients', undefined, `a-guess-of-the-bootstrap-token-${guess}`)
  }
  const endpoint = 'GET /admin/v1/clients'
  const excess = { status: 429, reason: 'too_many_requests', detail: 'guesses' }
  expect(logged()).toEqual([
    { ...LINE, endpoint, reason: 'bootstrap_token_guess' },
    { ...LINE, endpoint, ...excess },
  ])
})

it('tells of an address that fails too often', async () => {
  const server = testServer({
    clientAddress: () => FROM,
    failureLimits: { perClient: 100, perAddress: 2 },
  })
  const client = await aClient(server)
  for (let tries = 0; tries < 3; tries++) await server.tokenRequest({ ...client, secret: 'x' })
  const excess = { status: 429, reason: 'too_many_requests', detail: 'failures' }
  expect(logged()).toContainEqual({ ...LINE, ...excess, client_id: client.id, method: 'secret' })
})

const ONE: RefusedRequest = {
  endpoint: 'POST /oauth/token',
  status: 401,
  reason: 'wrong_secret',
  isProven: false,
  address: FROM,
  requestId: 'a-request',
}

function heard() {
  const lines: Record<string, unknown>[] = []
  return { lines, log: boundedRefusalLog((line) => void lines.push(line)) }
}

it('is a line for the first of a minute, the tenth, the hundredth, of each kind by itself', () => {
  const { lines, log } = heard()
  for (let tries = 0; tries < 1000; tries++) log.note(ONE, 1000)
  expect(lines.map(({ count }) => count)).toEqual([1, 10, 100, 1000])
  log.note({ ...ONE, address: '203.0.113.8' }, 1000)
  log.note({ ...ONE, reason: 'sign_in_failed' }, 1000)
  log.note({ ...ONE, detail: 'mistyped' }, 1000)
  log.note({ ...ONE, endpoint: 'POST /oauth/revoke' }, 1000)
  log.note(ONE, 1059)
  log.note(ONE, 1060)
  expect(lines.slice(4).map(({ count }) => count)).toEqual([1, 1, 1, 1, 1])
})

it('is some 200 lines a minute of strangers, whatever clients and addresses they make up', () => {
  const { lines, log } = heard()
  for (let n = 0; n < 100_000; n++) {
    log.note({ ...ONE, clientId: `client_${n}`, address: String(n) }, 1000)
  }
  expect(lines.length).toBe(205)
  expect(lines.at(-1)).toMatchObject({ reason: 'wrong_secret', count: 10_000 })
})

it('tells of a client that has proved who it is in the middle of a flood, and of strangers again after it', () => {
  const { lines, log } = heard()
  for (let n = 0; n < 5000; n++) log.note({ ...ONE, address: String(n) }, 1000)
  const before = lines.length
  for (const clientId of ['client_1', 'client_2']) {
    log.note({ ...ONE, reason: 'suspended', isProven: true, clientId }, 1000)
  }
  log.note({ ...ONE, address: 'another' }, 1060)
  log.note({ ...ONE, address: 'a third' }, 1060)
  expect(lines.slice(before)).toMatchObject([
    { reason: 'suspended', client_id: 'client_1', proven: true },
    { reason: 'suspended', client_id: 'client_2', proven: true },
    { reason: 'wrong_secret', address: 'another', count: 1 },
    { reason: 'wrong_secret', address: 'a third', count: 1 },
  ])
})

it('says nothing where all is well', async () => {
  const server = testServer()
  const client = await aClient(server)
  await server.token(client)
  await server.admin('GET', '/clients', undefined, env.BOOTSTRAP_TOKEN)
  expect(logged()).toEqual([])
})
