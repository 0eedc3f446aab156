import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { API, ISSUER, type TestServer, testServer } from '../support/server.ts'

const NOON = Date.UTC(2026, 10, 22, 12) / 1000
const TOKEN = env.BOOTSTRAP_TOKEN ?? ''
const HERE = '192.0.2.1'
const ELSEWHERE = '192.0.2.2'

const started = (perClient = 3) => testServer({ now: NOON, failureLimits: { perClient } })

type AppEnv = (server: TestServer, token: string, address: string) => Promise<Response>

const byBearer =
  (path: string): AppEnv =>
  (server, token, address) =>
    server.send(path, {
      headers: { Authorization: `Bearer ${token}`, 'CF-Connecting-IP': address },
    })

const bySignIn: AppEnv = (server, token, address) =>
  server.send('/console/sign-in', {
    method: 'POST',
    headers: {
      Origin: ISSUER,
      'Content-Type': 'application/x-www-form-urlencoded',
      'CF-Connecting-IP': address,
    },
    body: new URLSearchParams({ token }).toString(),
    redirect: 'manual',
  })

/** Every place that takes the bootstrap token, and what it answers to the right one. */
const DOORS: [string, AppEnv, number][] = [
  ['the admin API', byBearer('/admin/v1/clients'), 200],
  ['health', byBearer('/health'), 200],
  ['the console', bySignIn, 303],
]

async function statuses(server: TestServer, door: AppEnv, tokens: string[], address = HERE) {
  const all: number[] = []
  for (const token of tokens) all.push((await door(server, token, address)).status)
  return all
}

describe.each(DOORS)('guesses of the bootstrap token at %s', (_what, door, ok) => {
  it('end in 429, and when to come again', async () => {
    const server = started()
    const guesses = ['guess-0', 'guess-1', 'guess-2', 'guess-3', 'guess-4']
    expect(await statuses(server, door, guesses)).toEqual([401, 401, 401, 429, 429])
    server.clock.now = NOON + 20
    const response = await door(server, TOKEN, HERE)
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '40'])
    expect(await response.text()).not.toContain(TOKEN)
    server.clock.now = NOON + 60
    expect((await door(server, TOKEN, HERE)).status).toBe(ok)
  })

  it('shut out nobody at another address', async () => {
    const server = started()
    await statuses(server, door, ['guess-0', 'guess-1', 'guess-2', 'guess-3'])
    expect(await statuses(server, door, [TOKEN, TOKEN], ELSEWHERE)).toEqual([ok, ok])
    expect(await statuses(server, door, [TOKEN])).toEqual([429])
  })

  it('are counted with those at every other door', async () => {
    const server = started()
    for (const [i, [, other]] of DOORS.entries()) {
      expect(await statuses(server, other, [`guess-${i}`])).toEqual([401])
    }
    expect(await statuses(server, door, ['guess-9'])).toEqual([429])
  })

  it('that are the same old token stop only themselves', async () => {
    const server = started()
    const answered = await statuses(server, door, Array(5).fill('old-token'))
    expect(answered).toEqual([401, 401, 401, 429, 429])
    expect(await statuses(server, door, [TOKEN])).toEqual([ok])
  })

  it('are not counted where they are right', async () => {
    const server = started()
    expect(await statuses(server, door, Array(9).fill(TOKEN))).toEqual(Array(9).fill(ok))
    expect(await statuses(server, door, ['guess-0'])).toEqual([401])
  })

  it('that come all at once are limited too', async () => {
    const server = started()
    const many = Array.from({ length: 9 }, (_, i) => door(server, `guess-${i}`, HERE))
    const all = (await Promise.all(many)).map(({ status }) => status)
    expect(all.filter((status) => status === 401)).toHaveLength(3)
    expect(all.filter((status) => status === 429)).toHaveLength(6)
    expect(await statuses(server, door, [TOKEN])).toEqual([429])
  })

  it('are 100 a minute by default', async () => {
    const server = testServer({ now: NOON })
    const guesses = Array.from({ length: 101 }, (_, i) => `guess-${i}`)
    const all = await statuses(server, door, guesses)
    expect(all.filter((status) => status === 401)).toHaveLength(100)
    expect(all.at(-1)).toBe(429)
  })
})

it('a problem of the admin API says why, in JSON', async () => {
  const server = started(1)
  await statuses(server, byBearer('/admin/v1/clients'), ['guess-0'])
  const response = await byBearer('/admin/v1/clients')(server, 'guess-1', HERE)
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  expect(await response.json()).toEqual({
    type: 'urn:portcullis:problem:too_many_requests',
    title: 'Too many requests',
    status: 429,
    detail: 'Too many attempts. Wait 60 seconds.',
  })
})

describe('whoever guesses the bootstrap token', () => {
  it('keeps no access token from its work', async () => {
    const server = started()
    const token = await server.token(await server.client({ [ISSUER]: 'clients:read' }))
    await statuses(server, byBearer('/admin/v1/clients'), ['a', 'b', 'c', 'd'])
    for (const path of ['/admin/v1/clients', '/health']) {
      expect(await statuses(server, byBearer(path), [token, token])).toEqual([200, 200])
    }
  })

  it('is no client, and keeps none from its token', async () => {
    const server = started()
    await server.api()
    const client = await server.client({ [API]: 'invoices:read' })
    await statuses(server, bySignIn, ['a', 'b', 'c', 'd'])
    const headers = { 'CF-Connecting-IP': HERE }
    const grant = { grant_type: 'client_credentials' }
    expect((await server.form('/oauth/token', grant, client, headers)).status).toBe(200)
    const nobody = { id: 'nobody', secret: 'a' }
    expect((await server.form('/oauth/token', grant, nobody, headers)).status).toBe(401)
  })
})

it.each(['console', 'bootstrap', 'provider', '', ' ', 'null'])(
  'no failure of a client called %j keeps people from signing in',
  async (id) => {
    const server = started()
    const headers = { 'CF-Connecting-IP': HERE }
    for (const [i, secret] of ['a', 'a', 'a', 'a', '', TOKEN, `${TOKEN}x`].entries()) {
      const fields = { grant_type: 'client_credentials', client_id: id, client_secret: secret }
      const response = await server.form('/oauth/token', fields, undefined, headers)
      expect([401, 429, 400], String(i)).toContain(response.status)
    }
    for (const [, door, ok] of DOORS) expect(await statuses(server, door, [TOKEN])).toEqual([ok])
  },
)
