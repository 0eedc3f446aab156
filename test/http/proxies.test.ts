import { describe, expect, it } from 'vitest'
import { testServer } from '../support/server.ts'

describe('a tag that a proxy changed', () => {
  it.each([
    ['Cloudflare and nginx weaken it', (tag: string) => `W/${tag}`],
    ['Apache appends what it did', (tag: string) => tag.replace(/"$/, '-gzip"')],
    ['both', (tag: string) => `W/${tag.replace(/"$/, '-br"')}`],
  ])('is the one that was read: %s', async (_, changed) => {
    const server = testServer()
    const client = await server.client({})
    const read = await server.admin('GET', `/clients/${client.id}`)
    const patch = (tag: string) =>
      server.send(`/admin/v1/clients/${client.id}`, {
        method: 'PATCH',
        headers: {
          Authorization: `Bearer ${server.bindings.BOOTSTRAP_TOKEN}`,
          'Content-Type': 'application/json',
          'If-Match': changed(tag),
        },
        body: JSON.stringify({ description: tag }),
      })
    const tag = read.headers.get('etag') ?? ''
    expect((await patch(tag)).status).toBe(200)
    expect((await patch(tag)).status).toBe(412)
  })
})

describe('a preflight', () => {
  const PUBLIC = [
    '/.well-known/oauth-authorization-server',
    '/.well-known/openid-configuration',
    '/.well-known/jwks.json',
    '/admin/v1/openapi.json',
  ]
  const preflight = (path: string) =>
    testServer().send(path, {
      method: 'OPTIONS',
      headers: {
        Origin: 'https://app.example',
        'Access-Control-Request-Method': 'GET',
        'Access-Control-Request-Headers': 'mcp-protocol-version',
      },
    })

  it.each(PUBLIC)('of a public document is answered: %s', async (path) => {
    const response = await preflight(path)
    expect([response.status, await response.text()]).toEqual([204, ''])
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(response.headers.get('access-control-allow-headers')).toBe('*')
    expect(response.headers.get('access-control-allow-methods')).toContain('GET')
  })

  it.each(['/oauth/token', '/oauth/introspect', '/admin/v1/clients', '/health'])(
    'of anything else is not: %s',
    async (path) => {
      const response = await preflight(path)
      expect(response.status).toBe(405)
      expect(response.headers.get('access-control-allow-origin')).toBeNull()
    },
  )
})

it('nobody is authorized by a browser: every call is 400, goes nowhere and repeats nothing', async () => {
  const server = testServer()
  const query =
    '?response_type=code&client_id=needle&redirect_uri=https://app.example/needle&state=needle'
  for (const method of ['GET', 'POST', 'HEAD', 'DELETE']) {
    const response = await server.send(`/oauth/authorize${query}`, { method, redirect: 'manual' })
    expect([response.status, response.headers.get('location')]).toEqual([400, null])
    const text = await response.text()
    expect(text).not.toContain('needle')
    if (method !== 'HEAD')
      expect(JSON.parse(text)).toMatchObject({ error: 'unsupported_response_type' })
  }
})
