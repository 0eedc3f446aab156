import { describe, expect, it } from 'vitest'
import { API, type Json, type TestServer, testServer } from '../../support/server.ts'

type Resource = { path: string; change: (n: number) => Json }

const RESOURCES: [string, (server: TestServer) => Promise<Resource>][] = [
  [
    'a client',
    async (server) => ({
      path: `/clients/${(await server.client()).id}`,
      change: (n) => ({ description: `change ${n}` }),
    }),
  ],
  [
    'an API',
    async (server) => ({
      path: `/apis/${(await server.api())['api_id']}`,
      change: (n) => ({ name: `change ${n}` }),
    }),
  ],
  [
    'a role',
    async (server) => {
      const role = await server.adminOk('POST', '/roles', { name: 'Reader', permissions: [] })
      return { path: `/roles/${role['role_id']}`, change: (n) => ({ name: `change ${n}` }) }
    },
  ],
  [
    'an administrator',
    async (server) => {
      const body = { email: 'ada@example.com', access: 'view' }
      const ada = await server.adminOk('POST', '/administrators', body)
      const path = `/administrators/${ada['administrator_id']}`
      return { path, change: (n) => ({ email: `ada-${n}@example.com` }) }
    },
  ],
]

function conditional(
  server: TestServer,
  method: string,
  path: string,
  tag: string,
  body?: unknown,
) {
  return server.send(`/admin/v1${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${server.bindings.BOOTSTRAP_TOKEN}`,
      'Content-Type': 'application/json',
      'If-Match': tag,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
}

async function etagOf(server: TestServer, path: string): Promise<string> {
  return (await server.admin('GET', path)).headers.get('etag') ?? 'none'
}

describe.each(RESOURCES)('%s', (_name, make) => {
  it('has an ETag that stays while it stays, and changes with it', async () => {
    const server = testServer()
    const { path, change } = await make(server)
    const first = await etagOf(server, path)
    expect(first).toMatch(/^"[^"]+"$/)
    expect(await etagOf(server, path)).toBe(first)
    const changed = await server.admin('PATCH', path, change(1))
    expect(changed.headers.get('etag')).not.toBe(first)
    expect(changed.headers.get('etag')).toBe(await etagOf(server, path))
  })

  it('changes under the tag that was read, and under *', async () => {
    const server = testServer()
    const { path, change } = await make(server)
    const tags = [
      await etagOf(server, path),
      '*',
      async () => `"99", ${await etagOf(server, path)}`,
    ]
    for (const [n, tag] of tags.entries()) {
      const value = typeof tag === 'string' ? tag : await tag()
      const response = await conditional(server, 'PATCH', path, value, change(n))
      expect([value, response.status]).toEqual([value, 200])
    }
  })

  it('refuses a stale or meaningless tag with 412, and stays as it is', async () => {
    const server = testServer()
    const { path, change } = await make(server)
    const stale = await etagOf(server, path)
    await server.adminOk('PATCH', path, change(1))
    const before = await server.adminOk('GET', path)
    const fresh = await etagOf(server, path)
    for (const tag of [stale, `W/${stale}`, fresh.replaceAll('"', ''), 'garbage', '""', '"1e0"']) {
      for (const [method, body] of [['PATCH', change(2)], ['DELETE']] as const) {
        const response = await conditional(server, method, path, tag, body)
        expect([tag, method, response.status]).toEqual([tag, method, 412])
        expect(response.headers.get('content-type')).toBe('application/problem+json')
      }
    }
    expect(await server.adminOk('GET', path)).toEqual(before)
    expect((await conditional(server, 'DELETE', path, fresh)).status).toBe(204)
  })
})

it('holds for everything that changes a client', async () => {
  const server = testServer()
  await server.api()
  const client = await server.client({ [API]: 'invoices:read' })
  const path = `/clients/${client.id}`
  const secret = client.body['secrets'][0].secret_id
  await server.adminOk('POST', `${path}/secrets`)
  const before = await server.adminOk('GET', path)
  const changes: [string, string, unknown?][] = [
    ['PUT', '/access', { roles: [], permissions: [] }],
    ['PUT', '/suspension', {}],
    ['DELETE', '/suspension'],
    ['DELETE', '/tokens'],
    ['POST', '/secrets', {}],
    ['POST', '/duplicates', {}],
    ['DELETE', `/secrets/${secret}`],
  ]
  for (const [method, rest, body] of changes) {
    const response = await conditional(server, method, path + rest, '"1"', body)
    expect([method, rest, response.status]).toEqual([method, rest, 412])
  }
  expect(await server.adminOk('GET', path)).toEqual(before)
  for (const [method, rest, body] of changes) {
    const tag = await etagOf(server, path)
    const response = await conditional(server, method, path + rest, tag, body)
    expect([method, rest, response.ok]).toEqual([method, rest, true])
    // A copy leaves its original as it is.
    if (rest !== '/duplicates') expect(await etagOf(server, path)).not.toBe(tag)
  }
})

it('lets one of two who read the same version change it', async () => {
  const server = testServer()
  const client = await server.client()
  const path = `/clients/${client.id}`
  const tag = await etagOf(server, path)
  const answers = await Promise.all(
    [1, 2, 3, 4].map((n) => conditional(server, 'PATCH', path, tag, { description: `by ${n}` })),
  )
  expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1)
  expect(answers.filter((answer) => answer.status === 412)).toHaveLength(3)
})

it('keeps the ETag where a change changes nothing', async () => {
  const server = testServer()
  await server.api()
  const client = await server.client({ [API]: 'invoices:read' })
  const path = `/clients/${client.id}`
  const tag = await etagOf(server, path)
  const { permissions, client_name } = client.body
  await server.adminOk('PUT', `${path}/access`, { roles: [], permissions })
  await server.adminOk('PATCH', path, { client_name })
  await server.adminOk('PATCH', path, {})
  await server.resume(client)
  expect(await etagOf(server, path)).toBe(tag)
})
