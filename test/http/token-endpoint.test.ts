import { env } from 'cloudflare:workers'
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import { expect, it } from 'vitest'
import { unreachableDatabase, unreachableNamespace } from '../support/counting.ts'
import { API, ISSUER, type Json, testServer } from '../support/server.ts'

const NOON = Date.UTC(2026, 10, 22, 12) / 1000
const UNCACHED = {
  'cache-control': 'no-store',
  pragma: 'no-cache',
  'x-content-type-options': 'nosniff',
}

async function started(options: Parameters<typeof testServer>[0] = {}) {
  const server = testServer({ now: NOON, ...options })
  await server.api()
  const client = await server.client({ [API]: 'invoices:read invoices:write' })
  return { server, client }
}

it('answers a token request with a Bearer token, its lifetime and its scope', async () => {
  const { server, client } = await started()
  const response = await server.tokenRequest(client)
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toMatch(/^application\/json/)
  expect(await response.json()).toEqual({
    access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
    token_type: 'Bearer',
    expires_in: 43_200,
    scope: 'invoices:read invoices:write',
  })
})

it('lets no cache keep a token, and no page of another origin read one', async () => {
  const { server, client } = await started()
  const origin = { Origin: 'https://other.example' }
  const grant = { grant_type: 'client_credentials' }
  const answers = [
    await server.form('/oauth/token', grant, client, origin),
    await server.form('/oauth/token', { grant_type: 'password' }, client, origin),
    await server.form('/oauth/token', grant, undefined, origin),
  ]
  expect(answers.map(({ status }) => status)).toEqual([200, 400, 401])
  for (const { headers } of answers) {
    expect(Object.fromEntries(headers)).toMatchObject(UNCACHED)
    expect([...headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([])
  }
})

it('takes the secret in the body as well as in a Basic header', async () => {
  const { server, client } = await started()
  const response = await server.form('/oauth/token', {
    grant_type: 'client_credentials',
    client_id: client.id,
    client_secret: client.secret,
  })
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({ scope: 'invoices:read invoices:write' })
})

const encode = (text: string) =>
  [...text].map((char) => `%${char.charCodeAt(0).toString(16)}`).join('')

it('takes Basic credentials of which every character is percent-encoded', async () => {
  const { server, client } = await started()
  const response = await server.form(
    '/oauth/token',
    { grant_type: 'client_credentials' },
    { id: encode(client.id), secret: encode(client.secret) },
  )
  expect(response.status).toBe(200)
})

it('takes the scheme Basic in any case', async () => {
  const { server, client } = await started()
  const credentials = btoa(`${client.id}:${client.secret}`)
  for (const scheme of ['basic', 'BASIC', 'bAsIc']) {
    const headers = { Authorization: `${scheme} ${credentials}` }
    const grant = { grant_type: 'client_credentials' }
    const response = await server.form('/oauth/token', grant, undefined, headers)
    expect(response.status, scheme).toBe(200)
  }
})

it.each(['ES256', 'RS256'] as const)(
  'signs with %s what the published keys verify',
  async (alg) => {
    const { server, client } = await started({ signingAlgorithm: alg })
    const token = await server.token(client)
    const jwks = await (await server.send('/.well-known/jwks.json')).json<{ keys: Json[] }>()
    const kids = jwks.keys.map(({ kid }) => kid as string)
    expect(kids).toHaveLength(2)
    const { kid, ...header } = decodeProtectedHeader(token)
    expect([header, kids.includes(kid ?? '')]).toEqual([{ alg, typ: 'at+jwt' }, true])
    const { payload } = await jwtVerify(token, createLocalJWKSet(jwks as never), {
      issuer: ISSUER,
      audience: API,
      typ: 'at+jwt',
      currentDate: new Date(NOON * 1000),
    })
    expect(payload).toEqual({
      iss: ISSUER,
      sub: client.id,
      client_id: client.id,
      aud: API,
      scope: 'invoices:read invoices:write',
      iat: NOON,
      exp: NOON + 43_200,
      jti: expect.stringMatching(/^[0-9A-Za-z]{16,}$/),
      gen: 0,
    })
    expect(await server.introspect(token, client)).toMatchObject({ active: true })
  },
)

it('gives every token an id of its own, within one second too', async () => {
  const { server, client } = await started()
  const tokens = await Promise.all(Array.from({ length: 20 }, () => server.token(client)))
  expect(new Set(tokens.map((token) => decodeJwt(token).jti)).size).toBe(20)
})

it.each([60, 3600])(
  'issues tokens of %i seconds to a client that is given them',
  async (seconds) => {
    const server = testServer({ now: NOON })
    await server.api()
    const fields = { access_token_lifetime: seconds }
    const client = await server.client({ [API]: 'invoices:read' }, fields)
    const body = await (await server.tokenRequest(client)).json<Json>()
    expect(body['expires_in']).toBe(seconds)
    expect(decodeJwt(String(body['access_token']))).toMatchObject({
      iat: NOON,
      exp: NOON + seconds,
    })
  },
)

it('issues a token that outlives the secret, however soon that expires', async () => {
  const server = testServer({ now: NOON })
  await server.api()
  const fields = { secret: { expires_on: '2026-11-22' } }
  const client = await server.client({ [API]: 'invoices:read' }, fields)
  const token = await server.token(client)
  expect(decodeJwt(token).exp).toBe(NOON + 43_200)
  server.clock.now = NOON + 43_199
  const resourceServer = await server.client({ [API]: 'tokens:introspect' })
  expect(await server.introspect(token, resourceServer)).toMatchObject({ active: true })
})

it('INV-12: makes exactly one signing key for 50 first requests at once in 5 isolates', async () => {
  const { client } = await started()
  const isolates = Array.from({ length: 5 }, () => testServer({ now: NOON }))
  const tokens = await Promise.all(
    isolates.flatMap((isolate) => Array.from({ length: 10 }, () => isolate.token(client))),
  )
  const kids = new Set(tokens.map((token) => decodeProtectedHeader(token).kid))
  const stored = await env.DB.prepare(
    'SELECT kid FROM portcullis_signing_keys ORDER BY activates_at',
  ).all()
  const standby = { kid: expect.any(String) as string }
  expect(stored.results).toEqual([...[...kids].map((kid) => ({ kid })), standby])
  expect(kids.size).toBe(1)
  expect(tokens).toHaveLength(50)
})

it('notes when a client last got a token, and not when it was refused one', async () => {
  const { server, client } = await started()
  const lastTokenAt = async () =>
    (await server.adminOk('GET', `/clients/${client.id}`))['last_token_at']
  const refused = await server.tokenRequest(client, { scope: 'invoices:delete' })
  expect(refused.status).toBe(400)
  expect(await lastTokenAt()).toBeNull()
  await server.token(client)
  expect(await lastTokenAt()).toBe('2026-11-22T12:00:00Z')
})

it('INV-11: issues nothing while D1 is out of reach, and says when to come again', async () => {
  const { client } = await started()
  const server = testServer({ now: NOON, env: { DB: unreachableDatabase() } })
  const response = await server.tokenRequest(client)
  expect(response.status).toBe(503)
  expect(response.headers.get('retry-after')).toMatch(/^\d+$/)
  expect(Object.fromEntries(response.headers)).toMatchObject(UNCACHED)
  expect(await response.json()).not.toHaveProperty('access_token')
})

it('INV-11: issues nothing when the signing key cannot be unwrapped', async () => {
  const { server, client } = await started()
  await server.token(client)
  const key = '1:another-key-that-wrapped-nothing-here'
  const other = testServer({ now: NOON, env: { WRAPPING_KEY: key } })
  const response = await other.tokenRequest(client)
  expect(response.status).toBe(503)
  expect(response.headers.get('retry-after')).toMatch(/^\d+$/)
  expect(await response.json()).not.toHaveProperty('access_token')
})

it('issues tokens while KV is out of reach', async () => {
  const { client } = await started()
  const server = testServer({ now: NOON, env: { DENYLIST: unreachableNamespace() } })
  expect((await server.tokenRequest(client)).status).toBe(200)
})
