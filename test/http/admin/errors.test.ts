import { describe, expect, it } from 'vitest'
import { ADMIN_ROUTES } from '../../../src/http/admin/routes.ts'
import { PUBLIC_JWK } from '../../support/client-keys.ts'
import { type Json, type TestServer, testServer } from '../../support/server.ts'

const WITH_BODY = ADMIN_ROUTES.filter(
  (r) => ['POST', 'PUT', 'PATCH'].includes(r.method) && !r.path.includes('signing-keys'),
).map((r): [string, string] => [r.method, r.path])

/** A call with a raw body under a content type; of bytes, since text would bring a type with it. */
function raw(server: TestServer, method: string, path: string, body: string, type?: string) {
  const headers: Record<string, string> = {
    Authorization: `Bearer ${server.bindings.BOOTSTRAP_TOKEN}`,
  }
  if (type !== undefined) headers['Content-Type'] = type
  return server.send(`/admin/v1${path}`, { method, headers, body: new TextEncoder().encode(body) })
}

/** JSON of so many bytes. */
const ofLength = (length: number) => `{"a":"${'x'.repeat(length - 8)}"}`

async function expectProblem(response: Response, status: number): Promise<Json> {
  expect(response.status).toBe(status)
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  expect(response.headers.get('cache-control')).toBe('no-store')
  const problem = await response.json<Json>()
  expect(problem).toMatchObject({
    type: expect.any(String),
    title: expect.any(String),
    status,
    detail: expect.any(String),
  })
  return problem
}

describe.each(WITH_BODY)('%s %s', (method, path) => {
  it.each([
    ['malformed JSON', '{"client_name": "a"'],
    ['a text that is no JSON', 'client_name=a'],
    ['null', 'null'],
    ['a number', '7'],
    ['an array', '[]'],
    ['a string', '"a"'],
    ['an unknown field', '{"no_such_field": 1}'],
    ['bytes that are not UTF-8', '\ufffd'],
  ])('refuses %s', async (what, body) => {
    const server = testServer()
    const sent = what.startsWith('bytes') ? new Uint8Array([0x22, 0xff, 0x22]) : body
    const response = await server.send(`/admin/v1${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${server.bindings.BOOTSTRAP_TOKEN}`,
        'Content-Type': 'application/json',
      },
      body: sent,
    })
    const problem = await expectProblem(response, 400)
    if (what !== 'an unknown field') return
    expect(problem['errors']).toContainEqual({ field: 'no_such_field', detail: expect.any(String) })
  })

  it('refuses other content types and charsets, and takes UTF-8 by any of its names', async () => {
    const server = testServer()
    const wrong = [
      undefined,
      'text/plain',
      'text/json',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/jsonx',
      'application/json; charset=iso-8859-1',
    ]
    for (const type of wrong) {
      await expectProblem(await raw(server, method, path, '{"a": 1}', type), 415)
    }
    for (const type of ['application/json; charset=UTF-8', 'Application/JSON;charset="utf-8"']) {
      await expectProblem(await raw(server, method, path, '{"a": 1}', type), 400)
    }
  })

  it('refuses a body over 64 KiB, and hears one of 64 KiB', async () => {
    const server = testServer()
    expect(new TextEncoder().encode(ofLength(65_536)).length).toBe(65_536)
    await expectProblem(await raw(server, method, path, ofLength(65_537), 'application/json'), 413)
    await expectProblem(await raw(server, method, path, ofLength(65_536), 'application/json'), 400)
  })
})

it('cuts off a body without a length at the limit too', async () => {
  const server = testServer()
  const chunk = new TextEncoder().encode(' '.repeat(40_000))
  let sent = 0
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent++
      controller.enqueue(chunk)
    },
  })
  const response = await server.send('/admin/v1/clients', {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${server.bindings.BOOTSTRAP_TOKEN}`,
      'Content-Type': 'application/json',
    },
    body,
  })
  await expectProblem(response, 413)
  expect(sent).toBeLessThan(10)
})

describe('who is asked to authenticate', () => {
  it('challenges with Bearer, and says invalid_token only where a token was tried', async () => {
    const server = testServer()
    const none = await server.send('/admin/v1/clients')
    await expectProblem(none, 401)
    expect(none.headers.get('www-authenticate')).toMatch(/^Bearer realm="[^"]+"$/)
    const garbage = await server.admin('GET', '/clients', undefined, 'garbage')
    await expectProblem(garbage, 401)
    expect(garbage.headers.get('www-authenticate')).toMatch(/^Bearer .*error="invalid_token"/)
  })

  it('names the scope that would have been enough', async () => {
    const server = testServer()
    const reader = await server.client({ 'https://auth.example': 'clients:read' })
    const token = await server.token(reader)
    const response = await server.admin('POST', '/clients', { client_name: 'a' }, token)
    const problem = await expectProblem(response, 403)
    expect(JSON.stringify(problem)).toContain('insufficient_scope')
    expect(response.headers.get('www-authenticate')).toMatch(
      /^Bearer .*error="insufficient_scope", scope="clients:manage"/,
    )
  })
})

describe('what is not there', () => {
  const ONE = ADMIN_ROUTES.filter((r) => r.path.includes(':')).map((r): [string, string] => [
    r.method,
    r.path,
  ])
  const BODIES: Record<string, unknown> = {
    '/clients/:client_id/access': { roles: [], permissions: [] },
    '/clients/:client_id/keys': { jwk: PUBLIC_JWK },
    '/clients/:client_id/federated-credentials': { issuer_id: 'iss_1', subject: 'workload-1' },
    '/clients/:client_id/certificates': { san_dns: 'a.example' },
  }

  it.each(ONE)('%s %s is 404', async (method, path) => {
    const body = ['POST', 'PUT', 'PATCH'].includes(method) ? (BODIES[path] ?? {}) : undefined
    for (const id of ['none', "'; DROP TABLE x", '%00', 'a'.repeat(2000)]) {
      const url = path.replace(/:\w+/g, encodeURIComponent(id))
      await expectProblem(await testServer().admin(method, url, body), 404)
    }
  })

  it('answers a method that a path lacks with 405, a problem, and what it has', async () => {
    const server = testServer()
    for (const path of new Set(ADMIN_ROUTES.map((route) => route.path))) {
      const has = ADMIN_ROUTES.filter((route) => route.path === path).map((r): string => r.method)
      const lacks = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].filter(
        (method) => !has.includes(method),
      )
      for (const method of lacks) {
        const response = await server.admin(method, path)
        expect([path, method, response.status]).toEqual([path, method, 405])
        expect((response.headers.get('allow') ?? '').split(', ')).toEqual(
          expect.arrayContaining(has),
        )
        await expectProblem(response, 405)
      }
    }
  })
})

it('is never stored by a cache, whatever it answers', async () => {
  const server = testServer()
  const client = await server.client()
  const answers = [
    await server.admin('GET', '/clients'),
    await server.admin('GET', `/clients/${client.id}`),
    await server.admin('POST', '/clients', { client_name: 'a' }),
    await server.admin('PATCH', `/clients/${client.id}`, { description: 'b' }),
    await server.suspend(client),
    await server.admin('POST', `/clients/${client.id}/secrets`),
    await server.admin('DELETE', `/clients/${client.id}`),
    await server.admin('GET', '/signing-keys'),
    await server.admin('GET', '/audit-events'),
    await server.send('/admin/v1/clients', { method: 'HEAD' }),
  ]
  for (const { headers } of answers) {
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('access-control-allow-origin')).toBeNull()
  }
})
