import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { API, type Json, testServer } from '../../support/server.ts'

const NOW = Date.UTC(2026, 10, 22, 10, 0, 0) / 1000
const READ = { audience: API, permission: 'invoices:read' }
const WRITE = { audience: API, permission: 'invoices:write' }

async function setUp() {
  const server = testServer({ now: NOW })
  await server.api()
  const client = await server.client({ [API]: 'invoices:read' })
  const caller = await server.client({ [API]: 'tokens:introspect' })
  const path = `/clients/${client.id}/access`
  const put = (body: Json) => server.adminOk('PUT', path, body)
  const role = async (permissions: Json[]) =>
    (await server.adminOk('POST', '/roles', { name: 'Role', permissions }))['role_id'] as string
  return { server, client, caller, path, put, role }
}

describe('replacing the access of a client', () => {
  it('gives what is sent, and takes what is left out', async () => {
    const { server, client, put, role } = await setUp()
    const writer = await role([WRITE])
    const both = await put({ roles: [writer], permissions: [READ] })
    expect(both).toMatchObject({
      roles: [writer],
      permissions: [READ],
      scope: 'invoices:read invoices:write',
    })
    expect(await server.adminOk('GET', `/clients/${client.id}`)).toEqual(both)
    expect(await put({ roles: [writer], permissions: [] })).toMatchObject({
      roles: [writer],
      permissions: [],
      scope: 'invoices:write',
    })
    expect(await put({ roles: [], permissions: [] })).toMatchObject({
      roles: [],
      permissions: [],
      scope: '',
      status: 'needs_attention',
      attention: [{ reason: 'no_permissions' }],
    })
  })

  it('counts what is sent twice once', async () => {
    const { put, role } = await setUp()
    const id = await role([READ])
    const body = await put({ roles: [id, id], permissions: [READ, READ] })
    expect(body).toMatchObject({ roles: [id], permissions: [READ], scope: 'invoices:read' })
  })

  it('takes away a whole list that is left out', async () => {
    const { put, role } = await setUp()
    const id = await role([READ])
    await put({ roles: [id], permissions: [READ] })
    expect(await put({ permissions: [READ] })).toMatchObject({ roles: [], permissions: [READ] })
    expect(await put({ roles: [id] })).toMatchObject({ roles: [id], permissions: [] })
    expect(await put({})).toMatchObject({ roles: [], permissions: [], scope: '' })
  })

  it.each([
    [{ roles: ['none'], permissions: [] }, ['roles.0']],
    [{ roles: [7], permissions: [] }, ['roles.0']],
    [{ roles: null, permissions: [] }, ['roles']],
    [{ roles: [], permissions: [READ, { ...READ, permission: 'x' }] }, ['permissions.1']],
    [{ roles: [], permissions: [{ ...READ, audience: `${API}/` }] }, ['permissions.0']],
    [{ roles: [], permissions: [{ ...READ, extra: 1 }] }, ['permissions.0.extra']],
    [{ roles: [], permissions: ['invoices:read'] }, ['permissions.0']],
    [{ roles: [], permissions: [], apply_to_issued_tokens: 'yes' }, ['apply_to_issued_tokens']],
    [
      { roles: ['none'], permissions: [{ ...READ, permission: 'x' }] },
      ['permissions.0', 'roles.0'],
    ],
  ])('refuses %j and changes nothing', async (body, fields) => {
    const { server, client, path } = await setUp()
    const before = await server.adminOk('GET', `/clients/${client.id}`)
    const response = await server.admin('PUT', path, body)
    expect(response.status).toBe(400)
    const problem = await response.json<Json>()
    expect(problem['errors'].map((e: Json) => e['field']).sort()).toEqual(fields)
    expect(await server.adminOk('GET', `/clients/${client.id}`)).toEqual(before)
  })

  it('takes a right from issued tokens at once, and gives them none', async () => {
    const { server, client, caller, put } = await setUp()
    await put({ roles: [], permissions: [READ, WRITE] })
    const both = await server.token(client)
    const read = await server.token(client, { scope: 'invoices:read' })
    await put({ roles: [], permissions: [WRITE] })
    expect(await server.introspect(both, caller)).toMatchObject({ scope: 'invoices:write' })
    expect(await server.introspect(read, caller)).toEqual({ active: false })
    await put({ roles: [], permissions: [READ, WRITE] })
    expect(await server.introspect(read, caller)).toMatchObject({ scope: 'invoices:read' })
    expect(await env.DENYLIST.get(`client:${client.id}`)).toBeNull()
  })
})

describe('applying access to issued tokens', () => {
  it('cuts off those of the same second, at the edge too, and none that come after', async () => {
    const { server, client, caller, put } = await setUp()
    const before = await server.token(client)
    const body = await put({ roles: [], permissions: [READ], apply_to_issued_tokens: true })
    expect(body).toMatchObject({
      tokens_valid_from: '2026-11-22T10:00:00Z',
      propagation: 'complete',
    })
    const after = await server.token(client)
    expect(await server.introspect(before, caller)).toEqual({ active: false })
    expect(await server.introspect(after, caller)).toMatchObject({ active: true })
    expect(await env.DENYLIST.get(`client:${client.id}`, 'json')).toEqual({
      version: 1,
      suspended: false,
      generation: 1,
      revoked: [],
    })
  })

  it('is the same for revoking every token without a change of access', async () => {
    const { server, client, caller } = await setUp()
    const before = await server.token(client)
    const body = await server.adminOk('DELETE', `/clients/${client.id}/tokens`)
    expect(body).toMatchObject({
      client_id: client.id,
      status: 'available',
      tokens_valid_from: '2026-11-22T10:00:00Z',
      propagation: 'complete',
      scope: 'invoices:read',
    })
    const after = await server.token(client)
    expect(await server.introspect(before, caller)).toEqual({ active: false })
    expect(await server.introspect(after, caller)).toMatchObject({ active: true })
    server.clock.now += 1
    await server.adminOk('DELETE', `/clients/${client.id}/tokens`)
    expect(await server.introspect(after, caller)).toEqual({ active: false })
    expect(await env.DENYLIST.get(`client:${client.id}`, 'json')).toMatchObject({
      version: 2,
      generation: 2,
    })
  })
})
