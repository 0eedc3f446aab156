import { describe, expect, it } from 'vitest'
import { bannerIn, signIn, signInAs, WEIGHT_MAX, weightOf } from '../support/console.ts'
import { API, ISSUER, testServer } from '../support/server.ts'

const MARKUP = '<script>alert(1)</script>'
const READ = `${API} invoices:read`

const versionIn = (page: string) => /name="version" value="(\d+)"/.exec(page)?.[1] ?? ''
const checkedIn = (page: string) =>
  [...page.matchAll(/<input type="checkbox"[^>]*value="([^"]*)" checked/g)].map((m) => m[1])

async function withRole(permissions = [{ audience: API, permission: 'invoices:read' }]) {
  const server = testServer()
  await server.api()
  const body = { name: 'Reader', description: 'Reads', permissions }
  const { role_id: id } = await server.adminOk('POST', '/roles', body)
  return { server, id: String(id), visitor: await signIn(server) }
}

describe('roles', () => {
  it('are listed, and created from a matrix of permissions', async () => {
    const { server, visitor } = await withRole()
    expect(await visitor.html('/roles/new')).toContain(`value="${READ}"`)
    const response = await visitor.post('/roles', [
      ['name', 'Writer'],
      ['description', 'Writes\r\ninvoices'],
      ['permissions', READ],
      ['permissions', `${API} invoices:write`],
    ])
    const id = /role_\w+/.exec(response.headers.get('location') ?? '')?.[0]
    expect(response.headers.get('location')).toBe(`/console/roles/${id}`)
    expect(bannerIn(await visitor.follow(response))).toBe('Created Writer.')
    expect(await server.adminOk('GET', `/roles/${id}`)).toMatchObject({
      name: 'Writer',
      description: 'Writes\ninvoices',
      permissions: [
        { audience: API, permission: 'invoices:read' },
        { audience: API, permission: 'invoices:write' },
      ],
    })
    const list = await visitor.html('/roles')
    expect(list).toContain('<bdi>Writer</bdi>')
    expect(list).toMatch(/<td class="num[^>]*>2<\/td>/)
    expect(await weightOf(server, list)).toBeLessThan(WEIGHT_MAX)
  })

  it('are shown with what they have, of every kind, and saved as chosen', async () => {
    const permissions = [
      { audience: API, permission: 'invoices:read' },
      { audience: API, permission: 'tokens:introspect' },
      { audience: ISSUER, permission: 'clients:read' },
    ]
    const { server, visitor, id } = await withRole(permissions)
    const page = await visitor.html(`/roles/${id}`)
    const values = permissions.map((p) => `${p.audience} ${p.permission}`)
    expect(new Set(checkedIn(page))).toEqual(new Set(values))
    const fields = { name: 'Reader', description: '', permissions: READ, version: versionIn(page) }
    const response = await visitor.post(`/roles/${id}`, fields)
    expect(bannerIn(await visitor.follow(response))).toBe('Saved Reader.')
    expect(checkedIn(await visitor.html(`/roles/${id}`))).toEqual([READ])
    const after = await server.adminOk('GET', `/roles/${id}`)
    expect(after).toMatchObject({ description: '', permissions: permissions.slice(0, 1) })
  })

  it('keep what was typed when something is wrong', async () => {
    const { visitor, id } = await withRole()
    const version = versionIn(await visitor.html(`/roles/${id}`))
    const wrong = { name: ' ', description: MARKUP, permissions: `${API} invoices:write`, version }
    const response = await visitor.post(`/roles/${id}`, wrong)
    const page = await response.text()
    expect(response.status).toBe(400)
    expect(page).toContain('Name <bdi>must not be empty')
    expect(page).toContain('&lt;script&gt;alert(1)')
    expect(page).not.toContain(MARKUP)
    expect(checkedIn(page)).toEqual([`${API} invoices:write`])
    const unknown = await visitor.post('/roles', { name: 'X', permissions: `${API} nothing` })
    expect(await unknown.text()).toContain('A chosen permission <bdi>is not a permission of an API')
  })

  it('refuse a form that is older than they are', async () => {
    const { server, visitor, id } = await withRole()
    const version = versionIn(await visitor.html(`/roles/${id}`))
    await server.adminOk('PATCH', `/roles/${id}`, { name: 'Meanwhile' })
    const response = await visitor.post(`/roles/${id}`, { name: 'Mine', version })
    expect(response.status).toBe(412)
    expect(await response.text()).toContain(
      'Somebody saved another version since you opened this form',
    )
    expect((await visitor.post(`/roles/${id}/deletion`, { version })).status).toBe(412)
  })

  it('are deleted when nobody holds them', async () => {
    const { server, visitor, id } = await withRole()
    const { client_id: client } = (await server.client({}, { roles: [id] })).body
    const version = versionIn(await visitor.html(`/roles/${id}`))
    const held = await visitor.post(`/roles/${id}/deletion`, { version })
    expect(held.status).toBe(409)
    const page = await held.text()
    expect(page).toMatch(/1 client \(“[^”]+”\) has this role: remove it from them first./)
    expect(page).toContain('Delete role</button>')
    await server.adminOk('PUT', `/clients/${client}/access`, { roles: [] })
    const deleted = await visitor.post(`/roles/${id}/deletion`, { version, called: 'Reader' })
    expect(deleted.headers.get('location')).toBe('/console/roles')
    const list = await visitor.follow(deleted)
    expect(bannerIn(list)).toBe('Deleted Reader.')
    expect(list).toContain('No roles yet.')
  })

  it('are only looked at by who may only view', async () => {
    const { server, id } = await withRole()
    const body = { email: 'eve@example.com', access: 'view' }
    const { administrator_id: eve } = await server.adminOk('POST', '/administrators', body)
    const visitor = await signInAs(server, String(eve))
    expect(await visitor.html('/roles')).not.toContain('/roles/new')
    const page = await visitor.html(`/roles/${id}`)
    expect(page).toContain('invoices:read')
    expect(page).not.toMatch(/type="checkbox"|Delete role|>Save</)
    expect((await visitor.get('/roles/new')).status).toBe(403)
    for (const path of ['/roles', `/roles/${id}`, `/roles/${id}/deletion`]) {
      expect((await visitor.post(path, { name: 'x', version: '1' })).status, path).toBe(403)
    }
  })
})
