import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, it } from 'vitest'
import { faultyD1 } from '../doubles/faults.ts'
import { unreachableDatabase, unreachableNamespace } from '../support/counting.ts'
import { API, ISSUER, type Json, testServer, type TestServer } from '../support/server.ts'

const NOON = Date.UTC(2026, 10, 22, 12) / 1000
const METADATA = '/.well-known/oauth-authorization-server'
const OPENID = '/.well-known/openid-configuration'
const JWKS = '/.well-known/jwks.json'

async function signed(options: Parameters<typeof testServer>[0] = {}) {
  const server = testServer({ now: NOON, ...options })
  await server.api()
  const client = await server.client({ [API]: 'invoices:read' })
  await server.token(client)
  const keys = async () => (await (await server.send(JWKS)).json<{ keys: Json[] }>()).keys
  return { server, client, keys }
}

it.each([METADATA, OPENID])('describes the server at %s', async (path) => {
  const response = await testServer().send(path)
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toMatch(/^application\/json/)
  expect(await response.json()).toMatchObject({
    issuer: ISSUER,
    token_endpoint: `${ISSUER}/oauth/token`,
    introspection_endpoint: `${ISSUER}/oauth/introspect`,
    revocation_endpoint: `${ISSUER}/oauth/revoke`,
    jwks_uri: `${ISSUER}/.well-known/jwks.json`,
    grant_types_supported: ['client_credentials'],
    authorization_endpoint: `${ISSUER}/oauth/authorize`,
    response_types_supported: ['none'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['ES256', 'RS256'],
    token_endpoint_auth_methods_supported: expect.arrayContaining([
      'client_secret_basic',
      'client_secret_post',
    ]),
  })
})

it('says the same at both paths, whatever the Host header says', async () => {
  const server = testServer()
  const [one, two] = [await server.send(METADATA), await server.send(OPENID)]
  const text = await one.text()
  expect(await two.text()).toBe(text)
  const headers = { Host: 'evil.example', 'X-Forwarded-Host': 'evil.example' }
  expect(await (await server.send(METADATA, { headers })).text()).toBe(text)
})

it.each([METADATA, OPENID, JWKS])('lets any origin read %s, and caches keep it', async (path) => {
  const { server } = await signed()
  const { headers } = await server.send(path, { headers: { Origin: 'https://other.example' } })
  expect(headers.get('access-control-allow-origin')).toBe('*')
  expect(headers.get('cache-control')).toMatch(/max-age=[1-9]\d*/)
  expect(headers.get('cache-control')).not.toContain('no-store')
})

it.each([METADATA, OPENID, JWKS, '/health'])(
  'answers HEAD at %s, and every method that writes with 405',
  async (path) => {
    const { server } = await signed()
    const head = await server.send(path, { method: 'HEAD' })
    expect([head.status, await head.text()]).toEqual([200, ''])
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const response = await server.send(path, { method })
      expect(response.status, method).toBe(405)
      expect(response.headers.get('allow')).toMatch(/\bGET\b/)
    }
  },
)

it('publishes no key before one is made', async () => {
  const response = await testServer().send(JWKS)
  expect(response.status).toBe(200)
  // No cache may remember it: the next request may have one.
  expect(response.headers.get('cache-control')).toBe('no-store')
  expect(await response.json()).toEqual({ keys: [] })
})

it.each([
  ['ES256', { kty: 'EC', crv: 'P-256' }, ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']],
  ['RS256', { kty: 'RSA', e: 'AQAB' }, ['alg', 'e', 'kid', 'kty', 'n', 'use']],
] as const)('publishes the public half alone of an %s key', async (alg, shape, members) => {
  const { keys } = await signed({ signingAlgorithm: alg })
  const [key, standby, ...rest] = await keys()
  expect(standby).toMatchObject({ ...shape, alg, use: 'sig' })
  expect(rest).toEqual([])
  expect(key).toMatchObject({ ...shape, alg, use: 'sig' })
  const names = Object.keys(key ?? {})
    .filter((name) => name !== 'ext' && name !== 'key_ops')
    .sort()
  expect(names).toEqual([...members])
})

it('publishes a new key before it signs, and the old one while its tokens live', async () => {
  const { server, client, keys } = await signed()
  const before = (await keys()).map((key) => String(key['kid']))
  const rotated = await server.adminOk('POST', '/signing-keys', {})
  expect(before).toContain(rotated['kid'])
  expect(await keys()).toHaveLength(3)
  server.clock.now = NOON + 25 * 3600
  await server.token(client)
  expect(await keys()).toHaveLength(3)
  server.clock.now = NOON + 3 * 86_400
  const last = (await keys()).map((key) => key['kid'])
  expect([last.length, last]).toEqual([2, expect.arrayContaining([rotated['kid']])])
})

it('publishes a revoked key no more', async () => {
  const { server, keys } = await signed()
  const [first] = await keys()
  await server.adminOk('DELETE', `/signing-keys/${String(first?.['kid'])}`)
  expect((await keys()).map((key) => key['kid'])).not.toContain(first?.['kid'])
})

it('answers 503 for the keys while D1 is out of reach', async () => {
  const response = await testServer({ env: { DB: unreachableDatabase() } }).send(JWKS)
  expect(response.status).toBe(503)
  expect(response.headers.get('retry-after')).toMatch(/^\d+$/)
  expect(response.headers.get('cache-control')).toBe('no-store')
})

describe('the metadata while D1 is out of reach', () => {
  const SECRET = 'a-secret-of-the-proxy-for-the-tests-0123456789'
  const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
  let isOut = false
  const started = (vars = {}) => {
    const DB = faultyD1(env.DB, () => (isOut ? 'throws' : null))
    return testServer({ now: NOON, env: { DB, CLIENT_CERTIFICATE_PROXY_SECRET: SECRET, ...vars } })
  }
  const described = async (server: TestServer) => {
    const response = await server.send(METADATA)
    expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([
      200,
      '*',
    ])
    return { cached: response.headers.get('cache-control'), body: await response.json<Json>() }
  }

  afterEach(() => {
    isOut = false
  })

  it('says all that is known, and no cache keeps what is not', async () => {
    const before = await described(started())
    expect(before.cached).toBe('public, max-age=300')
    isOut = true
    const { cached, body } = await described(started())
    expect(cached).toBe('no-store')
    expect(body).toEqual(before.body)
    expect(body['token_endpoint_auth_methods_supported']).toContain('tls_client_auth')
  })

  it('lists the grants that were known before', async () => {
    const server = started()
    const issuer = 'https://token.actions.githubusercontent.com'
    await server.adminOk('POST', '/issuers', { issuer, preset: 'github' })
    const before = await described(server)
    expect(before.body['grant_types_supported']).toContain(JWT_BEARER)
    server.clock.now += 3600
    isOut = true
    expect(await described(server)).toEqual({ ...before, cached: 'no-store' })
    expect((await described(started())).body['grant_types_supported']).not.toContain(JWT_BEARER)
    isOut = false
    expect(await described(server)).toEqual(before)
  })

  it('is kept by no cache either where a key of the server is wrong', async () => {
    const { cached, body } = await described(started({ PEPPER: '1:tooshort' }))
    expect([cached, body['token_endpoint']]).toEqual(['no-store', `${ISSUER}/oauth/token`])
  })
})

it('is healthy before the first token and after', async () => {
  const fresh = testServer({ now: NOON })
  for (const server of [fresh, (await signed()).server]) {
    const response = await server.send('/health')
    expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }])
    expect(response.headers.get('cache-control')).toBe('no-store')
  }
})

const garbleKey = async () => {
  await env.DB.prepare("UPDATE portcullis_signing_keys SET wrapped_key = '1.x.garbled'").run()
  return {}
}

it.each([
  ['d1', () => ({ DB: unreachableDatabase() })],
  ['kv', () => ({ DENYLIST: unreachableNamespace() })],
  ['signing_key', () => ({ WRAPPING_KEY: '1:another-key-that-wrapped-nothing-here' })],
  ['signing_key', () => ({ WRAPPING_KEY: '9:a-key-of-the-tests-that-protects-nothing' })],
  ['signing_key', garbleKey],
] as const)('says that it is not healthy, and names %s', async (what, fault) => {
  await signed()
  const server = testServer({ now: NOON, env: await fault() })
  const response = await server.send('/health')
  expect(response.status).toBe(503)
  const names = ['d1', 'kv', 'signing_key']
  const text = await response.text()
  expect(names.filter((name) => text.includes(name))).toEqual([what])
  expect(text).not.toContain('out of reach')
})

it('names both of two that do not answer', async () => {
  const faults = { DB: unreachableDatabase(), DENYLIST: unreachableNamespace() }
  const response = await testServer({ env: faults }).send('/health')
  expect([response.status, await response.text()]).toEqual([
    503,
    expect.stringMatching(/d1.*kv|kv.*d1/),
  ])
})

it('says that it is not healthy when its configuration is wrong, and quotes none of it', async () => {
  const short = 'tooshort'
  const response = await testServer({ env: { PEPPER: `1:${short}` } }).send('/health')
  expect(response.status).toBe(503)
  expect(await response.text()).not.toContain(short)
})
