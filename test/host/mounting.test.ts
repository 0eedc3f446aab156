import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import type { Json } from '../support/server.ts'
import { callerOf, mount, ORIGIN } from './mounted.ts'

function mountedAt(path: string) {
  const app = new Hono()
  mount(app, path)
  return callerOf(app)
}

describe.each([
  { path: '/', issuer: ORIGIN, suffix: '' },
  { path: '/auth', issuer: `${ORIGIN}/auth`, suffix: '/auth' },
  { path: '/t/acme/auth', issuer: `${ORIGIN}/t/acme/auth`, suffix: '/t/acme/auth' },
])('a server mounted at $path', ({ path, issuer, suffix }) => {
  it.each([
    `${ORIGIN}/.well-known/oauth-authorization-server${suffix}`,
    `${ORIGIN}/.well-known/openid-configuration${suffix}`,
    `${issuer}/.well-known/oauth-authorization-server`,
    `${issuer}/.well-known/openid-configuration`,
  ])('is discovered at %s', async (url) => {
    const response = await mountedAt(path).call(url)
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({
      issuer,
      token_endpoint: `${issuer}/oauth/token`,
      jwks_uri: `${issuer}/.well-known/jwks.json`,
    })
  })

  it('answers at every address that its metadata names', async () => {
    const { call, client, token, form } = mountedAt(path)
    const metadata = await call(`${ORIGIN}/.well-known/oauth-authorization-server${suffix}`)
    const endpoints = await metadata.json<Record<string, string>>()
    const owner = await client(issuer)
    const issued = await token(endpoints['token_endpoint']!, owner)
    const introspected = () => form(endpoints['introspection_endpoint']!, { token: issued }, owner)
    expect(await (await introspected()).json()).toMatchObject({ active: true, iss: issuer })
    const revoked = await form(endpoints['revocation_endpoint']!, { token: issued }, owner)
    expect(revoked.status).toBe(200)
    expect(await (await introspected()).json()).toEqual({ active: false })
    const { keys } = await (await call(endpoints['jwks_uri']!)).json<{ keys: Json[] }>()
    expect(keys.length).toBeGreaterThan(0)
  })

  it('names what it made by addresses that can be fetched', async () => {
    const { administer, call } = mountedAt(path)
    const made = await administer(issuer, 'POST', '/clients', { client_name: 'Export' })
    const { client_id: id } = await made.json<Json>()
    expect(made.headers.get('location')).toBe(`${issuer}/admin/v1/clients/${id}`)
    const secret = await administer(issuer, 'POST', `/clients/${id}/secrets`, {})
    expect(secret.headers.get('location')).toMatch(`${issuer}/admin/v1/clients/${id}/secrets`)
    const api = await administer(issuer, 'POST', '/apis', {
      audience: 'https://api.example.com',
      name: 'API',
      permissions: [],
    })
    const location = api.headers.get('location') ?? ''
    expect(location.startsWith(`${issuer}/admin/v1/apis/`)).toBe(true)
    const found = await administer(issuer, 'GET', location.slice(`${issuer}/admin/v1`.length))
    expect(found.status).toBe(200)
    expect((await call(location)).headers.get('www-authenticate')).toBe(`Bearer realm="${issuer}"`)
  })

  it('answers at its mount with and without a final slash, by links that lead somewhere', async () => {
    const { call } = mountedAt(path)
    const index = await call(issuer)
    const body = await index.json<Record<string, string>>()
    expect(await (await call(`${issuer}/`)).json()).toEqual(body)
    expect(body['issuer']).toBe(issuer)
    expect((await call(body['metadata']!)).status).toBe(200)
    expect((await call(body['health']!)).status).toBe(200)
    const refused = await call(`${issuer}/`, { method: 'DELETE' })
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
  })
})

/** On the one database of these tests they share their clients: to keep tenants apart, give each its own. */
function twoServers() {
  const app = new Hono()
  mount(app, '/t/acme/auth')
  mount(app, '/t/duck/auth')
  return callerOf(app)
}

describe('two servers in one host', () => {
  const ACME = `${ORIGIN}/t/acme/auth`
  const DUCK = `${ORIGIN}/t/duck/auth`

  it('are each discovered as themselves', async () => {
    const { call } = twoServers()
    for (const issuer of [ACME, DUCK]) {
      const { pathname } = new URL(issuer)
      const metadata = await call(`/.well-known/oauth-authorization-server${pathname}`)
      expect(await metadata.json()).toMatchObject({ issuer })
    }
    expect((await call('/.well-known/oauth-authorization-server')).status).toBe(404)
  })

  it('take none of each other’s tokens', async () => {
    const { call, client, token, form } = twoServers()
    const administrator = await client(ACME, 'clients:read')
    const bearer = await token(`${ACME}/oauth/token`, administrator)
    const listed = (issuer: string) =>
      call(`${issuer}/admin/v1/clients`, { headers: { Authorization: `Bearer ${bearer}` } })
    expect((await listed(ACME)).status).toBe(200)
    expect((await listed(DUCK)).status).toBe(401)
    const asked = await form(`${DUCK}/oauth/introspect`, { token: bearer }, await client(DUCK))
    expect(await asked.json()).toEqual({ active: false })
  })
})
