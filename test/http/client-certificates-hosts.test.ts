import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, it, vi } from 'vitest'
import worker, { type WorkerEnv } from '../../src/worker.ts'
import { startedWithCertificates, withCertificate } from '../support/client-certificates/server.ts'
import { CLOUDFLARE, type Json, testServer } from '../support/server.ts'

const METADATA = '/.well-known/oauth-authorization-server'
const METHODS = ['tls_client_auth', 'self_signed_tls_client_auth']
const SECRET = 'a-secret-of-the-proxy-0123456789ab'

afterEach(() => vi.restoreAllMocks())

/** The Worker, asked at a host with the certificate that proves the client. */
async function ask(url: string, vars: Partial<WorkerEnv>, init: RequestInit = {}) {
  const context = createExecutionContext()
  const cf = { ...CLOUDFLARE, ...withCertificate('exports') }
  const response = await worker.fetch(
    new Request(url, { cf, ...init }),
    { ...env, ...vars },
    context,
  )
  await waitOnExecutionContext(context)
  return response
}

const tokenRequest = (id: string) => ({
  method: 'POST',
  headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams({ grant_type: 'client_credentials', client_id: id }).toString(),
})

let sites = 0
/** A host that is the issuer, and that no other test has configured. */
const newHost = () => `certificates-${++sites}.example`

const metadataOf = async (url: string, vars: Partial<WorkerEnv>) =>
  (await ask(url + METADATA, vars)).json<Json>()

describe('MTLS_HOST', () => {
  const vars = { MTLS_HOST: 'mtls.auth.example' }

  it('answers as the issuer does, whose tokens it issues', async () => {
    const issuer = `https://${newHost()}`
    const now = Math.floor(Date.now() / 1000)
    const { server, client } = await startedWithCertificates({ issuer, now })
    const url = 'https://mtls.auth.example/oauth/token'
    const response = await ask(url, { ...vars, ISSUER: issuer }, tokenRequest(client.id))
    expect(response.status).toBe(200)
    const { access_token: token } = await response.json<Json>()
    const claims = JSON.parse(atob(String(token).split('.')[1] ?? '')) as Json
    expect(claims['iss']).toBe(issuer)
    const caller = await server.client({ [issuer]: 'tokens:introspect' })
    expect(await server.introspect(String(token), caller)).toMatchObject({ active: true })
  })

  it('is the one host where a certificate counts: another may ask for those of other CAs', async () => {
    const { client } = await startedWithCertificates()
    // Another test's Worker must not remember these for its own issuer.
    const own = { ...vars, ISSUER: `https://${newHost()}` }
    for (const host of ['auth.example', 'mtls.auth.example:8443', 'mtls.auth.example.org']) {
      const response = await ask(`https://${host}/oauth/token`, own, tokenRequest(client.id))
      expect(response.status, host).toBe(401)
    }
  })

  it('is in the metadata, the same at every host', async () => {
    const there = 'https://mtls.auth.example'
    const issuer = `https://${newHost()}`
    const expected = {
      issuer,
      token_endpoint: `${issuer}/oauth/token`,
      token_endpoint_auth_methods_supported: expect.arrayContaining(METHODS),
      introspection_endpoint_auth_methods_supported: expect.arrayContaining(METHODS),
      revocation_endpoint_auth_methods_supported: expect.arrayContaining(METHODS),
      mtls_endpoint_aliases: {
        token_endpoint: `${there}/oauth/token`,
        introspection_endpoint: `${there}/oauth/introspect`,
        revocation_endpoint: `${there}/oauth/revoke`,
      },
    }
    for (const host of [issuer, there]) {
      expect(await metadataOf(host, { ...vars, ISSUER: issuer })).toMatchObject(expected)
    }
  })

  it('goes with the path of the issuer', async () => {
    const server = testServer({ issuer: 'https://auth.example/t/acme', mtlsHost: 'mtls.example' })
    const { mtls_endpoint_aliases: aliases } = await (await server.send(METADATA)).json<Json>()
    expect(aliases.token_endpoint).toBe('https://mtls.example/t/acme/oauth/token')
  })

  it('has no aliases where it is the host of the issuer', async () => {
    const host = newHost()
    const own = { ISSUER: `https://${host}`, MTLS_HOST: host }
    const metadata = await metadataOf(own.ISSUER, own)
    expect(metadata['token_endpoint_auth_methods_supported']).toEqual(
      expect.arrayContaining(METHODS),
    )
    expect(metadata).not.toHaveProperty('mtls_endpoint_aliases')
  })

  it.each(['https://mtls.example', 'mtls.example/', 'MTLS.example', 'a b', 'mtls.example:443'])(
    'is not taken as %s, and stops nothing else',
    async (host) => {
      vi.spyOn(console, 'error').mockImplementation(() => {})
      const origin = `https://${newHost()}`
      const wrong = { ISSUER: origin, MTLS_HOST: host }
      const metadata = await metadataOf(origin, wrong)
      expect(metadata['token_endpoint_auth_methods_supported']).not.toContain('tls_client_auth')
      const headers = { Authorization: `Bearer ${env.BOOTSTRAP_TOKEN}` }
      const health = await (await ask(`${origin}/health`, wrong, { headers })).json<Json>()
      expect(health['settings']).toEqual([expect.objectContaining({ name: 'MTLS_HOST' })])
    },
  )

  it('needs an issuer that does not follow from the host', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    const metadata = await metadataOf('https://mtls.auth.example', { ...vars, ISSUER: '' })
    expect(metadata['token_endpoint_auth_methods_supported']).not.toContain('tls_client_auth')
  })
})

describe('a proxy that proves itself', () => {
  it('is in the metadata, at the host of the issuer', async () => {
    const origin = `https://${newHost()}`
    const vars = { ISSUER: origin, CLIENT_CERTIFICATE_PROXY_SECRET: SECRET }
    const metadata = await metadataOf(origin, vars)
    expect(metadata['token_endpoint_auth_methods_supported']).toEqual(
      expect.arrayContaining(METHODS),
    )
    expect(metadata).not.toHaveProperty('mtls_endpoint_aliases')
  })

  it.each<Partial<WorkerEnv>>([
    {},
    { CLIENT_CERTIFICATE_PROXY_SECRET: '' },
    { CLIENT_CERTIFICATE_PROXY_SECRET: SECRET.slice(0, 31) },
    { CLIENT_CERTIFICATE_PROXY_SECRET: SECRET, CLOSED: 'perhaps' },
  ])('is not, with %j', async (vars) => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    const origin = `https://${newHost()}`
    const metadata = await metadataOf(origin, { ISSUER: origin, ...vars })
    expect(metadata['token_endpoint_auth_methods_supported']).not.toContain('tls_client_auth')
  })
})
