import { describe, expect, it } from 'vitest'
import { API, ISSUER, type Json, testServer } from '../../support/server.ts'

const NOW = Date.UTC(2026, 10, 22, 10, 0, 0) / 1000
const READ = { audience: API, permission: 'invoices:read' }
const WRITE = { audience: API, permission: 'invoices:write' }
const NEW = { name: ' Clerk ', description: 'a\nb', permissions: [READ, WRITE] }

async function setUp() {
  const server = testServer({ now: NOW })
  await server.api()
  const create = (body: Json = NEW) => server.adminOk('POST', '/roles', body)
  return { server, create }
}

describe('a role', () => {
  it('is created, shown, changed and deleted', async () => {
    const { server } = await setUp()
    const response = await server.admin('POST', '/roles', NEW)
    expect(response.status).toBe(201)
    const body = await response.json<Json>()
    expect(body).toEqual({
      role_id: expect.stringMatching(/^[0-9A-Za-z_]+$/),
      name: 'Clerk',
      description: 'a\nb',
      permissions: [READ, WRITE],
      created_at: '2026-11-22T10:00:00Z',
      updated_at: '2026-11-22T10:00:00Z',
    })
    const path = `/roles/${body['role_id']}`
    expect(response.headers.get('location')).toBe(`${ISSUER}/admin/v1${path}`)
    expect(await server.adminOk('GET', path)).toEqual(body)
    server.clock.now += 60
    const patched = await server.adminOk('PATCH', path, { permissions: [WRITE], description: '' })
    expect(patched).toEqual({
      ...body,
      description: '',
      permissions: [WRITE],
      updated_at: '2026-11-22T10:01:00Z',
    })
    expect(await server.adminOk('GET', path)).toEqual(patched)
    const deleted = await server.admin('DELETE', path)
    expect([deleted.status, await deleted.text()]).toEqual([204, ''])
    expect((await server.admin('GET', path)).status).toBe(404)
  })

  it('has no description where none is sent, and counts a permission once', async () => {
    const { create } = await setUp()
    expect(await create({ name: 'a', permissions: [READ, READ] })).toMatchObject({
      description: '',
      permissions: [READ],
    })
  })

  it('is the same role where its permissions are sent in another order', async () => {
    const { server, create } = await setUp()
    const path = `/roles/${(await create())['role_id']}`
    const before = await server.admin('GET', path)
    const after = await server.admin('PATCH', path, { permissions: [WRITE, READ] })
    expect(after.headers.get('etag')).toBe(before.headers.get('etag'))
    const events = await server.adminOk('GET', '/audit-events?action=role.updated')
    expect(events['data']).toEqual([])
  })

  it('changes at once what everyone who holds it may do, with tokens that they have', async () => {
    const { server, create } = await setUp()
    const role = await create()
    const client = await server.client({}, { roles: [role['role_id']] })
    const caller = await server.client({ [API]: 'tokens:introspect' })
    const token = await server.token(client)
    await server.adminOk('PATCH', `/roles/${role['role_id']}`, { permissions: [READ] })
    expect(await server.introspect(token, caller)).toMatchObject({ scope: 'invoices:read' })
    const path = `/clients/${client.id}`
    expect(await server.adminOk('GET', path)).toMatchObject({ scope: 'invoices:read' })
    await server.adminOk('PATCH', `/roles/${role['role_id']}`, { permissions: [] })
    expect(await server.introspect(token, caller)).toEqual({ active: false })
    const attention = [{ reason: 'no_permissions' }]
    expect(await server.adminOk('GET', path)).toMatchObject({ attention })
    const listed = await server.adminOk('GET', '/clients?status=needs_attention')
    expect(listed['data'].map((c: Json) => c['client_id'])).toEqual([client.id])
  })

  it('is not deleted while a client holds it', async () => {
    const { server, create } = await setUp()
    const role = await create()
    const client = await server.client({}, { roles: [role['role_id']] })
    const response = await server.admin('DELETE', `/roles/${role['role_id']}`)
    expect(response.status).toBe(409)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    const access = { roles: [], permissions: [] }
    await server.adminOk('PUT', `/clients/${client.id}/access`, access)
    expect((await server.admin('DELETE', `/roles/${role['role_id']}`)).status).toBe(204)
  })

  it('is either held or deleted where both are asked for at once', async () => {
    const { server, create } = await setUp()
    for (let n = 0; n < 5; n++) {
      const id = (await create())['role_id']
      const client = await server.client()
      const [held, deleted] = await Promise.all([
        server.admin('PUT', `/clients/${client.id}/access`, { roles: [id], permissions: [] }),
        server.admin('DELETE', `/roles/${id}`),
      ])
      expect([
        [200, 409],
        [400, 204],
      ]).toContainEqual([held.status, deleted.status])
      const { roles } = await server.adminOk('GET', `/clients/${client.id}`)
      expect(roles).toEqual(held.status === 200 ? [id] : [])
    }
  })
})

describe('what a role is refused for', () => {
  const WRONG: [string, Json, string[]][] = [
    ['no fields', {}, ['name', 'permissions']],
    ['no name', { ...NEW, name: '' }, ['name']],
    ['a long name', { ...NEW, name: 'a'.repeat(101) }, ['name']],
    ['a line break in the name', { ...NEW, name: 'a\nb' }, ['name']],
    ['a long description', { ...NEW, description: 'a'.repeat(1001) }, ['description']],
    [
      'a scope value without its API',
      { ...NEW, permissions: ['invoices:read'] },
      ['permissions.0'],
    ],
    [
      'a permission that is not there',
      { ...NEW, permissions: [READ, { ...READ, permission: 'x' }] },
      ['permissions.1'],
    ],
    ['an unknown field', { ...NEW, scope: 'a' }, ['scope']],
  ]

  it.each(WRONG)('names the field: %s', async (_why, body, fields) => {
    const { server, create } = await setUp()
    const role = await create()
    const path = `/roles/${role['role_id']}`
    const answers = [await server.admin('POST', '/roles', body)]
    if (Object.keys(body).length > 0) answers.push(await server.admin('PATCH', path, body))
    for (const response of answers) {
      expect(response.status).toBe(400)
      const { errors } = await response.json<Json>()
      expect(errors.map((e: Json) => e['field']).sort()).toEqual(fields)
    }
    expect((await server.adminOk('GET', '/roles'))['data']).toEqual([role])
  })
})

it('is listed by name, a page at a time', async () => {
  const { server, create } = await setUp()
  for (const name of ['zeta', 'Alpha', 'beta', 'beta']) await create({ name, permissions: [] })
  const names: string[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: Json = await server.adminOk('GET', `/roles?limit=1${cursor && `&cursor=${cursor}`}`)
    names.push(...page['data'].map((role: Json) => role['name']))
    cursor = page['next_cursor']
  }
  expect(names).toEqual(['Alpha', 'beta', 'beta', 'zeta'])
  for (const query of ['limit=101', 'cursor=x', 'sort=name', 'limit=1&limit=1']) {
    const response = await server.admin('GET', `/roles?${query}`)
    expect([query, response.status]).toEqual([query, 400])
  }
})
