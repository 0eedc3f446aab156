import { expect, it } from 'vitest'
import { healthRoutes } from '../../../src/http/health.ts'
import { DONE } from '../../../src/http/oauth/answers.ts'
import type { EndpointMaker } from '../../../src/http/oauth/endpoint.ts'
import { keyEndpoints, metadataEndpoints } from '../../../src/http/oauth/metadata.ts'
import { oauthEndpoints } from '../../../src/http/oauth/routes.ts'
import { statusListRoutes } from '../../../src/http/oauth/status-lists.ts'

it('each endpoint has the name by which the log and the metrics know it', async () => {
  const names: string[] = []
  const endpoint: EndpointMaker = (name) => {
    names.push(name)
    return { method: name.startsWith('GET ') ? 'GET' : 'POST', answer: () => DONE }
  }
  const about = { issuer: 'https://auth.example', mtlsHost: null, statusListBase: null }
  const well = (suffix: string, hasStreams: boolean) =>
    Object.keys(metadataEndpoints(endpoint, { ...about, hasStreams }, suffix))
  const [oauth, keys] = [Object.keys(oauthEndpoints(endpoint)), Object.keys(keyEndpoints(endpoint))]
  const [lists, health] = [statusListRoutes(endpoint), healthRoutes(endpoint)]
  expect(oauth).toEqual(['/oauth/token', '/oauth/introspect', '/oauth/revoke', '/oauth/rotate'])
  expect(keys).toEqual(['/jwks.json'])
  expect(well('', false)).toEqual(['/oauth-authorization-server', '/openid-configuration'])
  expect(well('/tenant', true)).toEqual([
    '/oauth-authorization-server/tenant',
    '/openid-configuration/tenant',
    '/ssf-configuration/tenant',
  ])
  expect(names).toEqual([
    'POST /oauth/token',
    'POST /oauth/introspect',
    'POST /oauth/revoke',
    'POST /oauth/rotate',
    'GET /.well-known/jwks.json',
    'GET /oauth/status-lists',
    'GET /oauth/status-lists/{list_id}',
    'GET /health',
    'GET /.well-known/oauth-authorization-server',
    'GET /.well-known/oauth-authorization-server',
    'GET /.well-known/ssf-configuration',
  ])
  const origin = 'https://auth.example'
  for (const [app, path] of [
    [lists, '/oauth/status-lists'],
    [lists, '/oauth/status-lists/a'],
    [health, '/health'],
  ] as const) {
    expect([path, (await app.request(origin + path)).status]).toEqual([path, 200])
    expect((await app.request(origin + path, { method: 'POST' })).status).toBe(405)
  }
})
