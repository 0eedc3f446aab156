import { beforeEach, describe, expect, it } from 'vitest'
import { API, ISSUER, type Json, type TestServer, testServer } from '../../support/server.ts'

const NOW = Date.UTC(2026, 10, 22, 10, 0, 0) / 1000

let server: TestServer
let apiId: string
let roleId: string

beforeEach(async () => {
  server = testServer({ now: NOW })
  apiId = (await server.api(API, 'invoices:read invoices:write a/b 100%'))['api_id']
  const permissions = [{ audience: API, permission: 'invoices:read' }]
  roleId = (await server.adminOk('POST', '/roles', { name: 'Reader', permissions }))['role_id']
})

const ofRole = (name: string, api = apiId, role = roleId) =>
  `/roles/${role}/permissions/${api}/${encodeURIComponent(name)}`
const ofApi = (name: string, api = apiId) => `/apis/${api}/permissions/${encodeURIComponent(name)}`
const eventsOf = async (action: string): Promise<Json[]> =>
  (await server.adminOk('GET', `/audit-events?action=${action}`))['data']
const namesOf = ({ permissions }: Json): string[] =>
  permissions.map(({ permission }: Json) => permission)

describe('one permission of a role', () => {
  it('comes and goes for all who hold the role, and nothing else does', async () => {
    const client = await server.client({}, { roles: [roleId] })
    const given = await server.admin('PUT', ofRole('a/b'))
    expect(given.status).toBe(200)
    expect(namesOf(await given.json())).toEqual(['invoices:read', 'a/b'])
    expect(await server.adminOk('GET', `/clients/${client.id}`)).toMatchObject({
      scope: 'a/b invoices:read',
    })
    const tag = given.headers.get('etag')
    const again = await server.admin('PUT', ofRole('a/b'))
    expect([again.status, again.headers.get('etag')]).toEqual([200, tag])
    expect(namesOf(await server.adminOk('DELETE', ofRole('invoices:read')))).toEqual(['a/b'])
    expect(namesOf(await server.adminOk('DELETE', ofRole('invoices:read')))).toEqual(['a/b'])
    const [taken, put, ...more] = await eventsOf('role.updated')
    expect(more).toEqual([])
    expect(put).toMatchObject({ target: { type: 'role', id: roleId } })
    const to = [{ audience: API, permission: 'a/b' }]
    expect(taken?.['changes']).toMatchObject({ permissions: { to } })
  })

  it('holds where several come at once', async () => {
    const names = ['invoices:write', 'a/b', '100%', 'tokens:introspect']
    const all = await Promise.all(names.map((name) => server.admin('PUT', ofRole(name))))
    expect(all.map(({ status }) => status)).toEqual(names.map(() => 200))
    const role = await server.adminOk('GET', `/roles/${roleId}`)
    expect(namesOf(role).sort()).toEqual([...names, 'invoices:read'].sort())
  })

  it('is refused as it would be among others', async () => {
    for (const [path, detail] of [
      [ofRole('invoices:read', apiId, 'none'), 'There is no such role.'],
      [ofRole('invoices:read', 'none'), 'There is no such API.'],
      [ofRole('none'), `The API “${API}” has no permission of this name.`],
    ] as const) {
      for (const method of ['PUT', 'DELETE']) {
        const response = await server.admin(method, path)
        expect([path, response.status]).toEqual([path, 404])
        expect((await response.json<Json>())['detail']).toBe(detail)
      }
    }
    const bearer = await server.token(await server.client({ [ISSUER]: 'clients:manage' }))
    const own = ofRole('clients:read', 'api_portcullis')
    expect((await server.admin('PUT', own, undefined, bearer)).status).toBe(403)
    expect((await server.admin('PUT', ofRole('a/b'), undefined, bearer)).status).toBe(200)
    const misplaced = `${ofRole('a/b')}?apply_to_issued_tokens=true`
    expect((await server.admin('DELETE', misplaced)).status).toBe(400)
    expect((await server.admin('PUT', misplaced)).status).toBe(400)
  })

  it('that does not fit into the token of a holder is refused with the holder’s name', async () => {
    const names = Array.from({ length: 60 }, (_, i) => `${i}`.padEnd(99, 'x'))
    const permissions = names.map((permission) => ({ permission }))
    const long = { audience: 'https://long.example', name: 'Long', permissions }
    const { api_id: longId } = await server.adminOk('POST', '/apis', long)
    const held = names.slice(0, 50).map((permission) => ({ audience: long.audience, permission }))
    await server.client({}, { roles: [roleId], permissions: held, client_name: 'Full' })
    const statuses = new Set<number>()
    for (const name of names.slice(50)) {
      const response = await server.admin('PUT', ofRole(name, longId))
      statuses.add(response.status)
      if (response.status === 409) expect(await response.text()).toContain('“Full”')
    }
    expect(statuses).toEqual(new Set([200, 409]))
  })
})

describe('one permission of an API', () => {
  it('comes, changes its texts and goes, and nothing else does', async () => {
    const texts = { description: 'Export', group: 'Invoices' }
    const added = await server.adminOk('PUT', ofApi('x?y/%2F'), texts)
    expect(added['permissions'].at(-1)).toEqual({ permission: 'x?y/%2F', ...texts })
    expect(namesOf(added)).toEqual(['invoices:read', 'invoices:write', 'a/b', '100%', 'x?y/%2F'])
    const path = ofApi('invoices:read')
    const changed = await server.admin('PUT', path, { description: 'Read' })
    const body = await changed.json<Json>()
    expect(body['permissions'][0]).toEqual({ permission: 'invoices:read', description: 'Read' })
    const again = await server.admin('PUT', path, { description: 'Read' })
    expect(again.headers.get('etag')).toBe(changed.headers.get('etag'))
    expect((await server.adminOk('PUT', path))['permissions'][0]).toEqual({
      permission: 'invoices:read',
    })
    expect(namesOf(await server.adminOk('DELETE', ofApi('x?y/%2F')))).toHaveLength(4)
    expect((await server.admin('DELETE', ofApi('x?y/%2F'))).status).toBe(404)
    expect(await eventsOf('api.updated')).toHaveLength(4)
  })

  it('holds where several come at once', async () => {
    const names = ['one', 'two', 'three', 'four']
    await Promise.all(names.map((name) => server.adminOk('PUT', ofApi(name))))
    const api = await server.adminOk('GET', `/apis/${apiId}`)
    expect(namesOf(api)).toEqual(expect.arrayContaining(names))
  })

  it('is not removed while somebody has it, who is named', async () => {
    const client = await server.client({ [API]: 'a/b' }, { client_name: 'Export' })
    const response = await server.admin('DELETE', ofApi('a/b'))
    expect(response.status).toBe(409)
    expect(await response.json()).toMatchObject({
      detail: '1 client (“Export”) has a/b: remove it from them first.',
      in_use_by: {
        clients: {
          count: 1,
          more: false,
          first: [{ client_id: client.id, client_name: 'Export' }],
        },
        roles: { count: 0, more: false, first: [] },
      },
    })
    expect((await server.admin('DELETE', ofApi('100%'))).status).toBe(200)
  })

  it.each<[string, Json | undefined, string]>([
    ['a b', undefined, 'permission'],
    ['x'.repeat(101), undefined, 'permission'],
    ['new', { description: '\u202e' }, 'description'],
    ['new', { group: '' }, 'group'],
    ['new', { group: '\u3164' }, 'group'],
    ['new', { permission: 'other' }, 'permission'],
  ])('is refused by its field: %s %j', async (name, body, field) => {
    const response = await server.admin('PUT', ofApi(name), body)
    expect(response.status).toBe(400)
    expect((await response.json<Json>())['errors']).toMatchObject([{ field }])
  })

  it('is one of 500 at most, and none of an API that is not there or not to be changed', async () => {
    const permissions = Array.from({ length: 500 }, (_, i) => ({ permission: `p${i}` }))
    const full = { audience: 'https://full.example', name: 'Full', permissions }
    const { api_id: fullId } = await server.adminOk('POST', '/apis', full)
    expect((await server.admin('PUT', ofApi('one-more', fullId))).status).toBe(400)
    expect((await server.admin('PUT', ofApi('p7', fullId), { group: 'G' })).status).toBe(200)
    for (const method of ['PUT', 'DELETE']) {
      expect((await server.admin(method, ofApi('x', 'none'))).status).toBe(404)
      expect((await server.admin(method, ofApi('audit:read', 'api_portcullis'))).status).toBe(409)
    }
    expect((await server.admin('DELETE', ofApi('never', apiId))).status).toBe(404)
  })
})
