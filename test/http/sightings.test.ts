import { env } from 'cloudflare:workers'
import { beforeEach, expect, it, vi } from 'vitest'
import { loggedSightings } from '../../src/web/sightings.ts'
import { API, testServer, type TestServer } from '../support/server.ts'

const FROM = '203.0.113.7'

let warnings: ReturnType<typeof vi.spyOn>
beforeEach(() => {
  warnings = vi.spyOn(console, 'warn').mockImplementation(() => {})
})

const logged = () =>
  warnings.mock.calls.map(([line]: unknown[]) => JSON.parse(String(line)) as unknown)

async function aClient(server: TestServer) {
  await server.api()
  return server.client({ [API]: 'invoices:read' })
}

it('tells of wrong secrets, by client and address, and quotes none', async () => {
  const server = testServer({ clientAddress: () => FROM })
  const client = await aClient(server)
  const { secret } = await server.client({})
  for (let tries = 0; tries < 10; tries++) await server.tokenRequest({ ...client, secret })
  const line = { level: 'warning', event: 'wrong_secret', client_id: client.id, address: FROM }
  expect(logged()).toEqual([
    { ...line, count: 1 },
    { ...line, count: 10 },
  ])
})

it('tells no client id that may be something else', async () => {
  const server = testServer({ clientAddress: () => FROM })
  const client = await aClient(server)
  await server.tokenRequest({ ...client, id: client.secret, secret: 'x' })
  expect(logged()).toEqual([{ level: 'warning', event: 'wrong_secret', address: FROM, count: 1 }])
})

it('tells that a suspended client still tries, at each endpoint', async () => {
  const server = testServer({ clientAddress: () => FROM })
  const client = await aClient(server)
  await server.suspend(client)
  await server.tokenRequest(client)
  server.clock.now += 60
  await server.form('/oauth/introspect', { token: 'x' }, client)
  server.clock.now += 60
  await server.form('/oauth/revoke', { token: 'x' }, client)
  const line = { level: 'warning', event: 'suspended_client', client_id: client.id, address: FROM }
  expect(logged()).toEqual([1, 2, 3].map(() => ({ ...line, count: 1 })))
})

it('tells of guesses of the bootstrap token, and when they are too many', async () => {
  const server = testServer({
    clientAddress: () => FROM,
    failureLimits: { perClient: 2, perAddress: 1000 },
  })
  for (const guess of ['a', 'b', 'c', 'd']) {
    await server.admin('GET', '/clients', undefined, `a-guess-of-the-bootstrap-token-${guess}`)
  }
  expect(logged()).toEqual([
    { level: 'warning', event: 'bootstrap_token_guess', address: FROM, count: 1 },
  ])
})

it('tells of an address that fails too often', async () => {
  const server = testServer({
    clientAddress: () => FROM,
    failureLimits: { perClient: 100, perAddress: 2 },
  })
  const client = await aClient(server)
  for (let tries = 0; tries < 3; tries++) await server.tokenRequest({ ...client, secret: 'x' })
  expect(logged()).toContainEqual({
    level: 'warning',
    event: 'too_many_requests',
    address: FROM,
    count: 1,
  })
})

it('is a line for the first of a minute, the tenth, the hundredth, of each kind by itself', () => {
  const lines: unknown[] = []
  const sightings = loggedSightings((line) => void lines.push(line))
  const one = { event: 'wrong_secret', address: FROM } as const
  for (let tries = 0; tries < 1000; tries++) sightings.note(one, 1000)
  expect(lines).toEqual([1, 10, 100, 1000].map((count) => ({ ...one, count })))
  sightings.note({ ...one, address: '203.0.113.8' }, 1000)
  sightings.note({ ...one, event: 'sign_in_failed' }, 1000)
  sightings.note(one, 1059)
  sightings.note(one, 1060)
  expect(lines.slice(4)).toMatchObject([{ count: 1 }, { count: 1 }, { count: 1 }])
})

it('forgets the oldest where there are too many, and goes on', () => {
  const lines: unknown[] = []
  const sightings = loggedSightings((line) => void lines.push(line))
  const from = (n: number) => ({ event: 'wrong_secret', address: String(n) }) as const
  for (let n = 0; n <= 2000; n++) sightings.note(from(n), 1000)
  sightings.note(from(2000), 1000)
  expect(lines).toHaveLength(2001)
  sightings.note(from(0), 1000)
  expect(lines).toHaveLength(2002)
})

it('says nothing where all is well', async () => {
  const server = testServer()
  const client = await aClient(server)
  await server.token(client)
  await server.admin('GET', '/clients', undefined, env.BOOTSTRAP_TOKEN)
  expect(logged()).toEqual([])
})
