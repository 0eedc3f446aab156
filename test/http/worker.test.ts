import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { expect, it, vi } from 'vitest'
import worker, { type WorkerEnv } from '../../src/worker.ts'

async function get(
  url: string,
  vars: Partial<WorkerEnv>,
  init: RequestInit = {},
): Promise<Response> {
  const context = createExecutionContext()
  const request = new Request(url, init)
  const response = await worker.fetch(request, { ...env, ...vars }, context)
  await waitOnExecutionContext(context)
  return response
}

it.each([
  ['a slash at the end', { ISSUER: 'https://auth.example/' }, /issuer must be written/],
  ['plain http', { ISSUER: 'http://auth.example' }, /issuer must be an https URL/],
  [
    'plain http, and a switch that no deployment believes',
    { ISSUER: 'http://host.docker.internal:8787', DEVELOPMENT_PLAIN_HTTP: 'true' },
    /issuer must be an https URL.*DEVELOPMENT_PLAIN_HTTP/,
  ],
  [
    'an algorithm that is none of ours',
    { ISSUER: 'https://other.example', SIGNING_ALGORITHM: 'HS256' as 'ES256' },
    /signingAlgorithm must be/,
  ],
  ['a CLOSED that is neither yes nor no', { CLOSED: 'tomorrow' }, /CLOSED must be/],
])('answers 503 and logs why where its configuration has %s', async (_what, vars, why) => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => {})
  const response = await get('https://auth.example/health', vars)
  expect(response.status).toBe(503)
  expect(response.headers.get('retry-after')).toBe('5')
  expect(log.mock.calls.flat().join()).toMatch(why)
  log.mockRestore()
})

it('is served at the path of its issuer, where a route keeps it', async () => {
  const vars = { ISSUER: 'https://auth.example/base' }
  const metadata = await get(
    'https://auth.example/.well-known/oauth-authorization-server/base',
    vars,
  )
  const { jwks_uri: keys } = await metadata.json<{ jwks_uri: string }>()
  expect(keys).toBe('https://auth.example/base/.well-known/jwks.json')
  expect((await get(keys, vars)).status).toBe(200)
})

it('takes the origin that is served for its issuer when none is set', async () => {
  const url = 'https://served.example/.well-known/openid-configuration'
  const metadata = await get(url, { ISSUER: '' })
  expect(await metadata.json()).toMatchObject({ issuer: 'https://served.example' })
})

it.each([
  ['REQUIRE_IF_MATCH is set', 'yes', 428],
  ['not where it is empty', '', 404],
  ['not where it is off', 'false', 404],
])('demands If-Match where %s', async (what, value, status) => {
  const ISSUER = `https://${what.replaceAll(/\W/g, '-').toLowerCase()}.example`
  const headers = { Authorization: `Bearer ${env.BOOTSTRAP_TOKEN}` }
  const vars = { ISSUER, REQUIRE_IF_MATCH: value }
  const init = { method: 'DELETE', headers }
  expect((await get(`${ISSUER}/admin/v1/roles/none`, vars, init)).status).toBe(status)
})

it.each([
  ['true', 503],
  ['false', 401],
  ['', 401],
])('is closed to clients with CLOSED=%s: %i', async (CLOSED, status) => {
  const init = {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: 'grant_type=client_credentials&client_id=client_none&client_secret=none',
  }
  const log = vi.spyOn(console, 'error').mockImplementation(() => {})
  expect((await get('https://auth.example/oauth/token', { CLOSED }, init)).status).toBe(status)
  log.mockRestore()
})
