import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { type GuardOptions, requireToken, resourceMetadata } from '../../src/guard/index.ts'
import { API } from '../support/server.ts'

const PATH = '/.well-known/oauth-protected-resource'

const options: GuardOptions = {
  issuer: 'https://auth.example',
  audience: API,
  clientId: 'api',
  clientSecret: 'a-secret-of-the-api',
  resourceMetadata: API + PATH,
}

describe('the metadata of an API', () => {
  it('tells a client where to get a token, and how to send it', async () => {
    const answer = resourceMetadata(options)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('Content-Type')).toMatch(/^application\/json/)
    expect(await answer.json()).toEqual({
      resource: API,
      authorization_servers: ['https://auth.example'],
      bearer_methods_supported: ['header'],
    })
  })

  it.each([['invoices:read invoices:write'], [['invoices:read', 'invoices:write']]])(
    'names the scope that is required, given as %j',
    async (scope) => {
      expect(await resourceMetadata({ ...options, scope }).json()).toMatchObject({
        scopes_supported: ['invoices:read', 'invoices:write'],
      })
    },
  )

  it('says which proofs are accepted, and whether one is needed', async () => {
    const algorithms = ['ES256', 'PS256'] as const
    const members = async (more: Partial<GuardOptions>): Promise<object> =>
      resourceMetadata({ ...options, ...more }).json()
    expect(await members({ dpop: { algorithms } })).toMatchObject({
      dpop_signing_alg_values_supported: algorithms,
    })
    const required = await members({ dpop: { required: true } })
    expect(required).toMatchObject({ dpop_bound_access_tokens_required: true })
    expect(await members({ dpop: {} })).not.toHaveProperty('dpop_bound_access_tokens_required')
    expect(await members({ clientCertificate: () => null })).toMatchObject({
      tls_client_certificate_bound_access_tokens: true,
    })
    expect(() => resourceMetadata({ ...options, dpop: { algorithms: [] } })).toThrow(TypeError)
  })

  it('names no issuer that the guard would refuse', () => {
    const issuer = 'http://portcullis:8787'
    expect(() => resourceMetadata({ ...options, issuer })).toThrow(TypeError)
    const allowed = { ...options, issuer, plainHttpInDevelopment: true }
    expect(resourceMetadata(allowed).status).toBe(200)
  })

  it('may be read from any origin, and holds nothing secret', async () => {
    const answer = resourceMetadata(options)
    expect(answer.headers.get('Access-Control-Allow-Origin')).toBe('*')
    expect(await answer.text()).not.toContain('secret')
  })

  it('is found by a client from the challenge of a request without a token', async () => {
    const app = new Hono()
      .get(PATH, () => resourceMetadata(options))
      .get('/invoices', requireToken(options), (c) => c.text(''))
    const refused = await app.request(`${API}/invoices`)
    const challenge = refused.headers.get('WWW-Authenticate') ?? ''
    const url = /resource_metadata="([^"]+)"/.exec(challenge)?.[1] ?? ''
    // RFC 9728 §3.3: a client believes it only when it names the API that was asked.
    expect(await (await app.request(url)).json()).toMatchObject({ resource: API })
  })

  it('is a TypeError when an option is wrong', () => {
    expect(() => resourceMetadata({ ...options, audience: '' })).toThrow(TypeError)
    expect(() => resourceMetadata({ ...options, issuer: 'auth.example' })).toThrow(TypeError)
  })
})
