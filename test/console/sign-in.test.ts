import { exportSPKI, generateKeyPair } from 'jose'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { formTokenIn, signIn } from '../support/console.ts'
import { ADDRESS, openIdProvider, sessionIn } from '../support/provider.ts'
import { ISSUER, testServer, type TestServer } from '../support/server.ts'

let log: ReturnType<typeof vi.spyOn>
beforeEach(() => {
  log = vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => vi.restoreAllMocks())

async function pageWith(server: TestServer, cookie: string): Promise<number> {
  const headers = { Cookie: cookie }
  return (await server.send('/console/clients', { headers, redirect: 'manual' })).status
}

const json = (body: unknown, status = 200) => Response.json(body, { status })

/** An unsigned token (RFC 7519 §6). */
function unsigned(claims: Record<string, unknown>): string {
  const [header, payload] = [{ alg: 'none' }, claims].map((part) => btoa(JSON.stringify(part)))
  return `${header}.${payload}.`.replaceAll('=', '')
}

it.each(['/console', '/console/'])('%s leads to the first page', async (path) => {
  const answer = await testServer().send(path, { redirect: 'manual' })
  expect([answer.status, answer.headers.get('location')]).toEqual([302, '/console/clients'])
})

describe('by OpenID Connect', () => {
  it('asks the provider for what the browser must come back with', async () => {
    const { start, provider } = await openIdProvider()
    const { response, url } = await start()
    expect(response.status).toBe(303)
    expect(url?.origin + (url?.pathname ?? '')).toBe(`${provider.issuer}/authorize`)
    const asked = Object.fromEntries(url?.searchParams ?? [])
    expect(asked).toEqual({
      response_type: 'code',
      client_id: 'portcullis-console',
      redirect_uri: `${ISSUER}/console/sign-in/oidc/callback`,
      scope: 'openid email',
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    })
    const cookie = response.headers.get('set-cookie') ?? ''
    expect(cookie).toMatch(/^__Host-portcullis-sign-in=/)
    for (const attribute of ['Max-Age=600', 'Path=/', 'HttpOnly', 'Secure', 'SameSite=Lax']) {
      expect(cookie).toContain(attribute)
    }
  })

  it('signs an administrator in, and goes where they wanted to go', async () => {
    const { server, signIn: whole, provider } = await openIdProvider()
    const response = await whole('?next=/console/roles')
    expect(response.status).toBe(303)
    expect(response.headers.get('location')).toBe('/console/roles')
    expect(response.headers.get('set-cookie')).toContain('__Host-portcullis-sign-in=;')
    expect(await pageWith(server, sessionIn(response) ?? '')).toBe(200)
    const token = provider.asked.find(({ url }) => url.endsWith('/token'))
    const sent = new URLSearchParams(await token?.text())
    expect(sent.get('code_verifier')).toMatch(/^[\w-]{43}$/)
    expect(sent.has('client_secret')).toBe(false)
    // Encoded as a form, which leaves `-` as it is: some servers do not decode it.
    const pair = 'portcullis-console:a+secret%3A+with%2Fodd%2Bcharacters'
    expect(token?.headers.get('authorization')).toBe(`Basic ${btoa(pair)}`)
    expect(log).not.toHaveBeenCalled()
  })

  // Every browser keeps at least this much, with name and attributes (RFC 6265 §6.1).
  const COOKIE_MAX = 4096
  it.each([
    ['a long address', `/console/clients?q=${'a'.repeat(2000)}`, true],
    ['one of 970 letters of three bytes each', `/console/clients?q=${'€'.repeat(970)}`, false],
    ['one of 900 that JSON writes in six', `/console/clients?q=${'\u0001'.repeat(900)}`, false],
    ['one that is too long', `/console/clients?q=${'a'.repeat(4000)}`, false],
  ])('sends a cookie that browsers keep, for %s', async (_what, next, isKept) => {
    const { start, finish } = await openIdProvider()
    const { response, cookie, state } = await start(`?next=${encodeURIComponent(next)}`)
    expect((response.headers.get('set-cookie') ?? '').length).toBeLessThanOrEqual(COOKIE_MAX)
    const end = await finish(cookie, { state, code: 'theirs' })
    expect(end.headers.get('location')).toBe(isKept ? next : '/console/clients')
    expect(sessionIn(end)).not.toBeNull()
  })

  it('asks what the provider says of itself once in five minutes', async () => {
    const { server, signIn: whole, provider } = await openIdProvider()
    const discoveries = () => provider.asked.filter(({ url }) => url.includes('well-known')).length
    await whole()
    server.clock.now += 299
    await whole()
    expect(discoveries()).toBe(1)
    server.clock.now += 2
    await whole()
    expect(discoveries()).toBe(2)
  })

  it('sends the secret in the body to a provider that takes it there alone', async () => {
    const { signIn: whole, provider } = await openIdProvider()
    provider.metadata = { token_endpoint_auth_methods_supported: ['client_secret_post'] }
    expect(sessionIn(await whole())).not.toBeNull()
    const token = provider.asked.find(({ url }) => url.endsWith('/token'))
    expect(new URLSearchParams(await token?.text()).has('client_secret')).toBe(true)
  })

  it('sends it by Basic to one that takes both', async () => {
    const { signIn: whole, provider } = await openIdProvider()
    const ways = ['client_secret_post', 'client_secret_basic']
    provider.metadata = { token_endpoint_auth_methods_supported: ways }
    expect(sessionIn(await whole())).not.toBeNull()
    const token = provider.asked.find(({ url }) => url.endsWith('/token'))
    expect(token?.headers.get('authorization')).toMatch(/^Basic /)
    expect(new URLSearchParams(await token?.text()).has('client_secret')).toBe(false)
  })

  it('asks the userinfo endpoint where the ID token has no address', async () => {
    const { signIn: whole, provider } = await openIdProvider()
    provider.metadata = { userinfo_endpoint: `${provider.issuer}/userinfo` }
    provider.claims = { email: undefined, email_verified: undefined }
    provider.userInfo = { sub: 'ada', email: ADDRESS, email_verified: true }
    expect(sessionIn(await whole())).not.toBeNull()
    provider.userInfo = { sub: 'eve', email: ADDRESS, email_verified: true }
    expect((await whole()).status).toBe(401)
    provider.userInfo = { sub: 'ada', email: ADDRESS, email_verified: false }
    expect((await whole()).status).toBe(403)
  })

  it('knows one address in every spelling', async () => {
    const { signIn: whole, provider } = await openIdProvider()
    provider.claims = { email: ' Ada@EXAMPLE.com ' }
    expect(sessionIn(await whole())).not.toBeNull()
  })

  it('allows for a clock of the provider that is half a minute late', async () => {
    const { server, signIn: whole, provider } = await openIdProvider()
    provider.claims = { exp: server.clock.now - 28 }
    expect(sessionIn(await whole())).not.toBeNull()
  })

  type Provider = Awaited<ReturnType<typeof openIdProvider>>
  const lies: [string, number, (world: Provider) => unknown][] = [
    ['another nonce', 401, ({ provider }) => (provider.claims = { nonce: 'another' })],
    ['no nonce', 401, ({ provider }) => (provider.claims = { nonce: undefined })],
    ['another audience', 401, ({ provider }) => (provider.claims = { aud: 'another-client' })],
    [
      'two audiences and no authorized party',
      401,
      ({ provider }) => (provider.claims = { aud: ['portcullis-console', 'another'] }),
    ],
    ['another authorized party', 401, ({ provider }) => (provider.claims = { azp: 'another' })],
    ['another issuer', 401, ({ provider }) => (provider.claims = { iss: 'https://evil.example' })],
    [
      'an ID token that has expired',
      401,
      (w) => (w.provider.claims = { exp: w.server.clock.now - 60 }),
    ],
    [
      'an ID token that has expired for as long as clocks may differ',
      401,
      (w) => (w.provider.claims = { exp: w.server.clock.now - 31 }),
    ],
    ['no end', 401, ({ provider }) => (provider.claims = { exp: undefined })],
    ['no subject', 401, ({ provider }) => (provider.claims = { sub: undefined })],
    [
      'a signature by another key',
      401,
      async ({ provider }) => (provider.key = (await generateKeyPair('RS256')).privateKey),
    ],
    ['an unknown kid', 401, ({ provider }) => (provider.header = { kid: 'other' })],
    [
      'an HMAC with its public key',
      401,
      async ({ provider, pair }) => {
        provider.header = { alg: 'HS256' }
        provider.key = new TextEncoder().encode(await exportSPKI(pair.publicKey))
      },
    ],
    [
      'no ID token',
      401,
      ({ provider }) =>
        (provider.tokenAnswer = () => json({ access_token: 'a', token_type: 'Bearer' })),
    ],
    [
      'an ID token with alg none',
      401,
      ({ provider, server }) => {
        const who = { sub: 'ada', email: ADDRESS, email_verified: true, nonce: provider.nonce }
        const { now: iat } = server.clock
        const claims = { iss: provider.issuer, aud: 'portcullis-console', iat, exp: iat + 300 }
        const id_token = unsigned({ ...claims, ...who })
        provider.tokenAnswer = () => json({ access_token: 'a', token_type: 'Bearer', id_token })
      },
    ],
    [
      'nonsense for an ID token',
      401,
      ({ provider }) =>
        (provider.tokenAnswer = () =>
          json({ access_token: 'a', token_type: 'Bearer', id_token: 'a.b.c' })),
    ],
    ['that its token is bound to a key', 401, ({ provider }) => (provider.tokenType = 'DPoP')],
    [
      'that the code is not valid',
      401,
      ({ provider }) => (provider.tokenAnswer = () => json({ error: 'invalid_grant' }, 400)),
    ],
    [
      'that we are no client',
      401,
      ({ provider }) =>
        (provider.tokenAnswer = () =>
          new Response('{"error":"invalid_client"}', {
            status: 401,
            headers: { 'WWW-Authenticate': 'Basic', 'Content-Type': 'application/json' },
          })),
    ],
    ['no JSON', 401, ({ provider }) => (provider.tokenAnswer = () => new Response('<html>'))],
    [
      'nothing at all',
      401,
      ({ provider }) => (provider.tokenAnswer = () => new Response(null, { status: 204 })),
    ],
    ['a failure', 503, ({ provider }) => (provider.tokenAnswer = () => json({}, 502))],
    ['no answer with the token', 503, ({ provider }) => provider.down.add('/token')],
    ['no keys', 503, ({ provider }) => provider.down.add('/keys')],
    ['no verified address', 403, ({ provider }) => (provider.claims = { email_verified: false })],
    [
      'nothing of whether it is verified',
      403,
      ({ provider }) => (provider.claims = { email_verified: undefined }),
    ],
    ['verified in a text', 403, ({ provider }) => (provider.claims = { email_verified: 'true' })],
    ['no address', 403, ({ provider }) => (provider.claims = { email: undefined })],
    ['what is no address', 403, ({ provider }) => (provider.claims = { email: 'ada' })],
    ['somebody else', 403, ({ provider }) => (provider.claims = { email: 'eve@example.com' })],
  ]
  it.each(lies)('opens nothing when the provider says %s', async (_what, status, lie) => {
    const world = await openIdProvider()
    const { cookie, state } = await world.start()
    await lie(world)
    const response = await world.finish(cookie, { state, code: 'theirs' })
    expect(response.status).toBe(status)
    expect(sessionIn(response)).toBeNull()
    expect(response.headers.get('set-cookie')).toContain('__Host-portcullis-sign-in=;')
    const text = await response.text()
    expect(text).toContain('role="alert"')
    expect(text).toContain('Sign in with OpenID Connect')
    expect(text.includes('sign-in/oidc?other')).toBe(status === 403)
  })

  it.each([
    ['another state', { state: 'another', code: 'theirs' }, 400],
    ['no state', { code: 'theirs' }, 400],
    ['no code', { state: 'right' }, 401],
    ['an empty code', { state: 'right', code: '' }, 401],
    ['another issuer', { state: 'right', code: 'theirs', iss: 'https://evil.example' }, 401],
    ['an empty issuer', { state: 'right', code: 'theirs', iss: '' }, 401],
    ['an empty response', { state: 'right', code: 'theirs', response: '' }, 401],
    ['a refusal', { state: 'right', error: 'access_denied' }, 401],
    ['a refusal with markup', { state: 'right', error: '<script>', error_description: '<b>' }, 401],
    ['tokens instead of a code', { state: 'right', id_token: 'a.b.c' }, 401],
    ['a JWT response', { state: 'right', response: 'a.b.c' }, 401],
  ])('opens nothing when the browser brings %s', async (_what, query, status) => {
    const { start, finish } = await openIdProvider()
    const { cookie, state } = await start()
    const brought = 'state' in query && query.state === 'right' ? { ...query, state } : query
    const response = await finish(cookie, brought)
    expect(response.status).toBe(status)
    expect(sessionIn(response)).toBeNull()
    expect(await response.text()).not.toMatch(/<b>|<script>/)
  })

  it('takes what the browser brings once, and no longer than ten minutes', async () => {
    const { server, start, finish } = await openIdProvider()
    const first = await start()
    const query = { state: first.state, code: 'theirs' }
    expect((await finish('', query)).status).toBe(400)
    server.clock.now += 600
    expect((await finish(first.cookie, query)).status).toBe(400)
    const second = await start()
    expect((await finish(second.cookie, query)).status).toBe(400)
    const right = { state: second.state, code: 'theirs' }
    expect((await finish(`${second.cookie}x`, right)).status).toBe(400)
    expect((await finish('__Host-portcullis-sign-in=a.b', right)).status).toBe(400)
  })

  it('takes no session or form token for a sign-in that is under way', async () => {
    const { server, finish } = await openIdProvider()
    const { cookie, html } = await signIn(server)
    const session = cookie.replace('__Host-portcullis=', '')
    for (const text of [session, formTokenIn(await html('/clients'))]) {
      const stolen = await finish(`__Host-portcullis-sign-in=${text}`, { state: 'x', code: 'y' })
      expect(stolen.status).toBe(400)
    }
  })

  it.each([
    [
      'does not answer',
      ({ provider }: Provider) => provider.down.add('/.well-known/openid-configuration'),
    ],
    [
      'is another',
      ({ provider }: Provider) => (provider.metadata = { issuer: 'https://x.example' }),
    ],
    [
      'sends people over plain http',
      ({ provider }: Provider) =>
        (provider.metadata = { authorization_endpoint: 'http://x.example' }),
    ],
    [
      'sends people to a script',
      ({ provider }: Provider) => (provider.metadata = { authorization_endpoint: 'javascript:x' }),
    ],
    [
      'sends people nowhere',
      ({ provider }: Provider) => (provider.metadata = { authorization_endpoint: undefined }),
    ],
  ])('says so when the provider %s', async (_what, spoil) => {
    const world = await openIdProvider()
    spoil(world)
    const { response } = await world.start()
    expect(response.status).toBe(503)
    expect(await response.text()).toContain('can’t be reached now')
    expect(log.mock.calls.flat().join()).toContain('identity_provider')
  })

  it('asks the provider for somebody else', async () => {
    const { start, provider } = await openIdProvider()
    expect((await start('?other&next=')).url?.searchParams.get('prompt')).toBe('select_account')
    expect((await start()).url?.searchParams.has('prompt')).toBe(false)
    const strict = await openIdProvider()
    strict.provider.metadata = { prompt_values_supported: ['none', 'login'] }
    expect((await strict.start('?other')).url?.searchParams.get('prompt')).toBe('login')
    const able = await openIdProvider()
    able.provider.metadata = { prompt_values_supported: ['login', 'select_account'] }
    expect((await able.start('?other')).url?.searchParams.get('prompt')).toBe('select_account')
    expect(provider.issuer).not.toBe(strict.provider.issuer)
  })

  it('needs no https of a provider on this machine, and no other scheme is any good', async () => {
    const { provider, start } = await openIdProvider({ OIDC_ISSUER: 'http://localhost:4010' })
    expect((await start()).url?.origin).toBe('http://localhost:4010')
    const other = await openIdProvider({ OIDC_ISSUER: 'http://localhost:4011' })
    other.provider.metadata = { jwks_uri: 'ftp://localhost/keys' }
    expect((await other.start()).response.status).toBe(503)
    expect(provider.asked).toHaveLength(1)
  })

  it('ends with the administrator, at once', async () => {
    const { server, signIn: whole } = await openIdProvider()
    const cookie = sessionIn(await whole()) ?? ''
    expect(await pageWith(server, cookie)).toBe(200)
    const { data } = await server.adminOk('GET', '/administrators')
    const id = (data as { administrator_id: string }[])[0]?.administrator_id
    await server.adminOk('DELETE', `/administrators/${id}`)
    expect(await pageWith(server, cookie)).toBe(303)
    expect((await whole()).status).toBe(403)
  })

  it('is no quiet hole where it is half configured', async () => {
    const server = testServer({ env: { OIDC_ISSUER: 'https://id.example' } })
    const page = await (await server.send('/console/sign-in')).text()
    expect(page).toContain('Signing in with OpenID Connect isn’t possible now')
    const start = await server.send('/console/sign-in/oidc', { redirect: 'manual' })
    expect(start.headers.get('location')).toBe('/console/sign-in')
    expect(log.mock.calls.flat().join()).toContain('OIDC_CLIENT_ID and OIDC_CLIENT_SECRET must be')
  })

  it('is no way where it is not configured', async () => {
    const server = testServer()
    for (const path of ['', '/callback?state=a&code=b']) {
      const response = await server.send(`/console/sign-in/oidc${path}`, { redirect: 'manual' })
      expect(response.headers.get('location')).toBe('/console/sign-in')
    }
  })
})
