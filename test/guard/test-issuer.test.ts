import { Hono } from 'hono'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type GuardOptions, requireToken, verifyToken, Refusal } from '../../src/guard/index.ts'
import { testIssuer, type TestTokenOptions } from '../../src/testing/index.ts'
import { outcome, UNREACHABLE } from './issuers.ts'

/** Each way in which a guard asks; a test issuer is good for all of them. */
const WAYS: [string, Partial<GuardOptions>][] = [
  ['over a binding', {}],
  ['with credentials', { clientId: 'api', clientSecret: 'secret' }],
  ['by the denylist', { maxStaleness: 60 }],
]

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe.each(WAYS)('a test issuer that is asked %s', (_way, more) => {
  it('makes a token that passes, until its client is suspended, and again from a resume', async () => {
    const issuer = testIssuer()
    const options = issuer.guardOptions({ scope: 'invoices:read', ...more })
    const token = await issuer.token({ scope: 'invoices:read invoices:write' })
    expect(await outcome(token, options)).toBe('passes')
    issuer.suspend()
    expect(await outcome(token, options)).toBe('401 invalid_token')
    issuer.resume()
    expect(await outcome(token, options)).toBe('passes')
  })

  it('takes one token back, and all that a client has had so far', async () => {
    const issuer = testIssuer()
    const options = issuer.guardOptions(more)
    const [one, other] = [await issuer.token(), await issuer.token()]
    issuer.revoke(one)
    expect(await outcome(one, options)).toBe('401 invalid_token')
    expect(await outcome(other, options)).toBe('passes')
    issuer.revokeTokens()
    expect(await outcome(other, options)).toBe('401 invalid_token')
    expect(await outcome(await issuer.token(), options)).toBe('passes')
  })

  it('does not answer while it fails, and does when it has recovered', async () => {
    const issuer = testIssuer()
    const options = issuer.guardOptions(more)
    const token = await issuer.token()
    issuer.fail()
    expect(await outcome(token, options)).toBe(UNREACHABLE)
    issuer.recover()
    expect(await outcome(token, options)).toBe('passes')
  })

  it.each<[string, TestTokenOptions]>([
    ['that has expired', { expiresIn: 0 }],
    ['for another audience', { audience: 'https://other.test' }],
    ['with a wrong signature', { signature: 'wrong' }],
    ['by a key that is not published', { signature: 'unknown-key' }],
    ['without a claim', { claims: { jti: undefined } }],
    ['that is no access token', { header: { typ: 'JWT' } }],
  ])('makes a token %s, which is refused', async (_name, of) => {
    const issuer = testIssuer()
    expect(await outcome(await issuer.token(of), issuer.guardOptions(more))).toBe(
      '401 invalid_token',
    )
  })

  it('has clients apart: what is done to one is done to no other, nor in the next test', async () => {
    for (let i = 0; i < 2; i++) {
      const issuer = testIssuer()
      const options = issuer.guardOptions(more)
      const [one, other] = [
        await issuer.token({ clientId: 'client_one' }),
        await issuer.token({ clientId: 'client_other' }),
      ]
      expect(await outcome(one, options)).toBe('passes')
      issuer.suspend('client_one')
      expect(await outcome(one, options)).toBe('401 invalid_token')
      expect(await outcome(other, options)).toBe('passes')
    }
  })
})

describe('a test issuer that is asked by status lists', () => {
  const timed = (more: Partial<GuardOptions> = {}) => {
    const clock = { now: 1_800_000_000 }
    const issuer = testIssuer({ now: () => clock.now })
    return { clock, issuer, options: issuer.guardOptions({ status: 'list', ...more }) }
  }

  it('makes a token that passes without any other way to ask', async () => {
    const { issuer, options } = timed({ denylist: undefined })
    const fetcher = { fetch: issuer.fetch }
    expect(await outcome(await issuer.token(), { ...options, fetcher })).toBe('passes')
  })

  it('shows what was done to a client once the copy of the guard is half a minute old', async () => {
    const { clock, issuer, options } = timed()
    const [one, other] = [await issuer.token(), await issuer.token({ clientId: 'client_other' })]
    expect(await outcome(one, options)).toBe('passes')
    issuer.suspend()
    expect(await outcome(one, options)).toBe('passes')
    clock.now += 30
    expect(await outcome(one, options)).toBe('401 invalid_token')
    expect(await outcome(other, options)).toBe('passes')
    issuer.resume()
    clock.now += 30
    expect(await outcome(one, options)).toBe('passes')
  })

  it('refuses at once a token that the guard has not seen before', async () => {
    const { issuer, options } = timed()
    const [one, other] = [await issuer.token(), await issuer.token()]
    issuer.revoke(one)
    expect(await outcome(one, options)).toBe('401 invalid_token')
    expect(await outcome(other, options)).toBe('passes')
    issuer.revokeTokens()
    expect(await outcome(await issuer.token(), options)).toBe('passes')
  })

  it('does not answer while it fails, nor for a token without a place', async () => {
    const { issuer, options } = timed()
    const token = await issuer.token()
    issuer.fail()
    expect(await outcome(token, options)).toBe(UNREACHABLE)
    issuer.recover()
    const placeless = await issuer.token({ claims: { status: undefined } })
    expect(await outcome(placeless, options)).toBe('401 invalid_token')
  })
})

describe('a test issuer', () => {
  it('may have the URL of a container of developers', async () => {
    const issuer = testIssuer({ issuer: 'http://portcullis:8787' })
    expect(await outcome(await issuer.token(), issuer.guardOptions())).toBe('passes')
  })

  it('gives claims as the server does, with the client and the scope that the test names', async () => {
    const issuer = testIssuer({ issuer: 'https://auth.example.com', audience: 'urn:billing' })
    const token = await issuer.token({ clientId: 'client_export', scope: ['a', 'b'] })
    expect(await verifyToken(token, issuer.guardOptions())).toMatchObject({
      iss: 'https://auth.example.com',
      aud: 'urn:billing',
      client_id: 'client_export',
      sub: 'client_export',
      scopes: ['a', 'b'],
    })
  })

  it('takes access away, so that a token may no more than its client still has', async () => {
    const issuer = testIssuer()
    const options = issuer.guardOptions({ scope: 'invoices:write' })
    const token = await issuer.token({ scope: 'invoices:read invoices:write' })
    issuer.limitScope('invoices:read')
    expect(await outcome(token, options)).toBe('403 insufficient_scope')
    issuer.limitScope('invoices:read invoices:write')
    expect(await outcome(token, options)).toBe('passes')
  })

  it("goes by vitest's time, or by the test's own", async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2030, 0, 1) })
    const clock = { now: 1_000_000 }
    const [one, other] = [
      testIssuer(),
      testIssuer({ issuer: 'https://own-time.test', now: () => clock.now }),
    ]
    for (const issuer of [one, other]) {
      const token = await issuer.token({ expiresIn: 60 })
      expect(await outcome(token, issuer.guardOptions())).toBe('passes')
      vi.advanceTimersByTime(60_000)
      clock.now += 60
      expect(await outcome(token, issuer.guardOptions())).toBe('401 invalid_token')
    }
  })

  it('works while all timers are faked', async () => {
    vi.useFakeTimers()
    const issuer = testIssuer({ issuer: 'https://faked-timers.test' })
    const token = await issuer.token()
    expect(await verifyToken(token, issuer.guardOptions())).not.toBeInstanceOf(Refusal)
  })

  it('stands in for the binding, or for fetch, where the API makes its own options', async () => {
    const issuer = testIssuer({ issuer: 'https://auth.example.com' })
    const { audience } = issuer
    const ofBinding = requireToken((env: { AUTH: typeof issuer.fetcher }) => ({
      issuer: 'https://auth.example.com',
      audience,
      fetcher: env.AUTH,
    }))
    const credentials = { clientId: 'api', clientSecret: 'secret' }
    const ofFetch = requireToken({ issuer: 'https://auth.example.com', audience, ...credentials })
    const app = new Hono<{ Bindings: { AUTH: typeof issuer.fetcher } }>()
      .get('/binding', ofBinding, (c) => c.text(''))
      .get('/fetch', ofFetch, (c) => c.text(''))
    vi.stubGlobal('fetch', issuer.fetch)
    const headers = { Authorization: `Bearer ${await issuer.token()}` }
    for (const path of ['/binding', '/fetch']) {
      const answer = () => app.request(path, { headers }, { AUTH: issuer.fetcher })
      expect((await answer()).status).toBe(200)
      issuer.suspend()
      expect((await answer()).status).toBe(401)
      issuer.resume()
    }
  })

  it('answers nothing that a server does not, nor for another server, nor without credentials', async () => {
    const { fetch, issuer } = testIssuer()
    const asked = await fetch(`${issuer}/oauth/introspect`, { method: 'POST', body: 'token=a' })
    expect(asked.status).toBe(401)
    await expect(fetch('https://elsewhere.test/.well-known/jwks.json')).rejects.toThrow(TypeError)
    await expect(fetch(`${issuer}/oauth/introspect`)).rejects.toThrow('does not answer')
  })
})
