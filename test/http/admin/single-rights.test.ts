import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import {
  API,
  type Client,
  ISSUER,
  type Json,
  type TestServer,
  testServer,
} from '../../support/server.ts'

const NOW = Date.UTC(2026, 10, 22, 10, 0, 0) / 1000
/** Scope values that mean something in a path: RFC 3986 says how each is written there. */
const ODD = ['a/b', '100%', '%2F', 'a:b', 'x?y#z', "it's~(1)", '%25', 'a+b', '..x', 'a;b=c,d&e']

let server: TestServer
let client: Client
let caller: Client
let apiId: string
let roleId: string

beforeEach(async () => {
  server = testServer({ now: NOW })
  apiId = (await server.api(API, `invoices:read invoices:write ${ODD.join(' ')}`))['api_id']
  client = await server.client({ [API]: 'invoices:read' })
  caller = await server.client({ [API]: 'tokens:introspect' })
  const permissions = [{ audience: API, permission: 'invoices:write' }]
  roleId = (await server.adminOk('POST', '/roles', { name: 'Writer', permissions }))['role_id']
})

const of = (name: string, api = apiId) =>
  `/clients/${client.id}/permissions/${api}/${encodeURIComponent(name)}`
const ofRole = (id = roleId) => `/clients/${client.id}/roles/${id}`
const named = (...names: string[]) => names.map((permission) => ({ audience: API, permission }))
const show = () => server.admin('GET', `/clients/${client.id}`)
const events = async (): Promise<Json[]> =>
  (await server.adminOk('GET', '/audit-events?action=client.access_changed'))['data']

async function refused(response: Response, status: number): Promise<Json> {
  expect(response.status).toBe(status)
  return response.json<Json>()
}

describe('one permission or role of a client', () => {
  it('comes and goes, and nothing else does', async () => {
    const given = await server.admin('PUT', of('invoices:write'))
    expect(given.status).toBe(200)
    expect(await given.json()).toMatchObject({
      permissions: named('invoices:read', 'invoices:write'),
      roles: [],
    })
    expect(given.headers.get('etag')).toBe((await show()).headers.get('etag'))
    expect(await server.adminOk('PUT', ofRole())).toMatchObject({ roles: [roleId] })
    expect(await server.adminOk('DELETE', of('invoices:read'))).toMatchObject({
      permissions: named('invoices:write'),
      roles: [roleId],
    })
    const left = await server.adminOk('DELETE', ofRole())
    expect(left).toMatchObject({ roles: [], permissions: named('invoices:write') })
    expect(await (await show()).json()).toEqual(left)
  })

  it('is recorded with what changed', async () => {
    await server.adminOk('PUT', of('invoices:write'))
    await server.adminOk('DELETE', of('invoices:read'))
    await server.adminOk('PUT', ofRole())
    const target = { type: 'client', id: client.id }
    expect(await events()).toMatchObject([
      { target, changes: { roles: { from: [], to: [roleId] } } },
      {
        changes: {
          permissions: {
            from: named('invoices:read', 'invoices:write'),
            to: named('invoices:write'),
          },
        },
      },
      { client_id: client.id, actor: { type: 'bootstrap' } },
    ])
  })

  it('that is there already, or gone, makes no event and no version', async () => {
    await server.adminOk('PUT', ofRole())
    const before = await show()
    const asked: [string, string][] = [
      ['PUT', of('invoices:read')],
      ['PUT', ofRole()],
      ['DELETE', of('invoices:write')],
    ]
    for (const [method, path] of asked) {
      const response = await server.admin(method, path)
      expect([path, response.status]).toEqual([path, 200])
      expect(response.headers.get('etag')).toBe(before.headers.get('etag'))
    }
    expect(await events()).toHaveLength(1)
    await server.adminOk('DELETE', ofRole())
    await server.adminOk('DELETE', ofRole())
    expect(await events()).toHaveLength(2)
  })

  it('holds where many are given and taken at once', async () => {
    const names = [...ODD, 'invoices:write']
    const before = await server.adminOk('PUT', of('a/b'))
    const all = await Promise.all([
      ...names.slice(1).map((name) => server.admin('PUT', of(name))),
      server.admin('DELETE', of('a/b')),
      server.admin('DELETE', of('invoices:read')),
      server.admin('PUT', ofRole()),
    ])
    expect(all.map(({ status }) => status)).toEqual(all.map(() => 200))
    const { permissions, roles } = await server.adminOk('GET', `/clients/${client.id}`)
    expect(before['permissions']).toHaveLength(2)
    const held = permissions.map((one: Json) => one['permission'])
    expect(held.sort()).toEqual(names.slice(1).sort())
    expect(roles).toEqual([roleId])
    expect(await events()).toHaveLength(1 + all.length)
  })

  it.each(ODD)('is named in the path as RFC 3986 has it: %s', async (name) => {
    expect(await server.adminOk('PUT', of(name))).toMatchObject({
      scope: [name, 'invoices:read'].sort().join(' '),
    })
    const held = await server.token(client, { scope: name })
    expect(await server.introspect(held, caller)).toMatchObject({ scope: name })
    expect(await server.adminOk('DELETE', of(name))).toMatchObject({ scope: 'invoices:read' })
    expect(await server.introspect(held, caller)).toEqual({ active: false })
  })

  it('may be the one to introspect an API, and one on the server itself', async () => {
    await server.adminOk('PUT', of('tokens:introspect'))
    const body = await server.adminOk('PUT', of('audit:read', 'api_portcullis'))
    expect(body).toMatchObject({ scope: 'audit:read invoices:read tokens:introspect' })
    const token = await server.token(client, { scope: 'audit:read', resource: ISSUER })
    expect((await server.admin('GET', '/audit-events', undefined, token)).status).toBe(200)
  })
})

describe('what became of a right in tokens that were issued', () => {
  it('is as with a replaced access: the server knows at once, the edge by the cut-off alone', async () => {
    const token = await server.token(client)
    await server.adminOk('DELETE', of('invoices:read'))
    expect(await server.introspect(token, caller)).toEqual({ active: false })
    expect(await env.DENYLIST.get(`client:${client.id}`)).toBeNull()
    await server.adminOk('PUT', of('invoices:read'))
    expect(await server.introspect(token, caller)).toMatchObject({ active: true })
  })

  it('is that they are cut off at the edge too, where it is asked for, even if it was gone', async () => {
    await server.adminOk('PUT', of('invoices:write'))
    for (const generation of [1, 2]) {
      const token = await server.token(client)
      const path = `${of('invoices:write')}?apply_to_issued_tokens=true`
      const body = await server.adminOk('DELETE', path)
      expect(body).toMatchObject({ tokens_valid_from: '2026-11-22T10:00:00Z' })
      expect(await server.introspect(token, caller)).toEqual({ active: false })
      const entry = await env.DENYLIST.get<Json>(`client:${client.id}`, 'json')
      expect(entry).toMatchObject({ generation, suspended: false })
    }
    const kept = await server.token(client)
    await server.adminOk('DELETE', `${of('invoices:write')}?apply_to_issued_tokens=false`)
    expect(await server.introspect(kept, caller)).toMatchObject({ active: true })
    const body = await server.adminOk('PUT', ofRole(), { apply_to_issued_tokens: true })
    expect(body['roles']).toEqual([roleId])
    expect(await server.introspect(kept, caller)).toEqual({ active: false })
  })

  it.each([
    ['PUT', '?apply_to_issued_tokens=true', undefined, 'apply_to_issued_tokens'],
    ['PUT', '', { apply_to_issued_tokens: 'yes' }, 'apply_to_issued_tokens'],
    ['PUT', '', { permission: 'x' }, 'permission'],
    ['DELETE', '?apply_to_issued_tokens=1', undefined, 'apply_to_issued_tokens'],
    ['DELETE', '?apply=true', undefined, 'apply'],
  ])(
    'is never left open by a choice in the wrong place: %s %s',
    async (method, query, body, field) => {
      for (const path of [of('invoices:read'), ofRole()]) {
        const problem = await refused(await server.admin(method, path + query, body), 400)
        expect(problem['errors']).toMatchObject([{ field }])
      }
    },
  )
})

describe('a single right is refused', () => {
  it('where there is no such client, API, permission or role, and says which', async () => {
    const none = `/clients/none/permissions/${apiId}/invoices:read`
    const asked: [string, string][] = [
      [none, 'There is no such client.'],
      [of('invoices:read', 'none'), 'There is no such API.'],
      [of('invoices'), 'The API “Billing” has no permission of this name.'],
      [of('invoices read'), 'The API “Billing” has no permission of this name.'],
      [ofRole('none'), 'There is no such role.'],
    ]
    for (const [path, detail] of asked) {
      for (const method of ['PUT', 'DELETE']) {
        const problem = await refused(await server.admin(method, path), 404)
        expect([path, problem['detail']]).toEqual([path, detail.replace('Billing', API)])
      }
    }
    expect(await events()).toEqual([])
  })

  it('to a machine that would raise itself or another', async () => {
    const manager = await server.client({ [ISSUER]: 'clients:manage' })
    const bearer = await server.token(manager)
    const own = { name: 'Own', permissions: [{ audience: ISSUER, permission: 'audit:read' }] }
    const powerful = (await server.adminOk('POST', '/roles', own))['role_id']
    const itself = `/clients/${manager.id}/permissions/${apiId}/invoices:read`
    for (const path of [itself, of('clients:read', 'api_portcullis'), ofRole(powerful)]) {
      expect([path, (await server.admin('PUT', path, {}, bearer)).status]).toEqual([path, 403])
    }
    expect((await server.admin('PUT', of('invoices:write'), {}, bearer)).status).toBe(200)
    await server.adminOk('PUT', ofRole(powerful))
    for (const path of [ofRole(powerful), of('invoices:write')]) {
      expect((await server.admin('DELETE', path, undefined, bearer)).status).toBe(403)
    }
  })

  it('where a token would not fit, by its own name, and taking one away never is', async () => {
    const long = Array.from({ length: 80 }, (_, i) => `${i}`.padEnd(100, 'x'))
    const permissions = long.map((permission) => ({ permission }))
    const audience = 'https://long.example.com'
    const wide = await server.adminOk('POST', '/apis', { audience, name: 'Long', permissions })
    const fitting = long.slice(0, 50).map((permission) => ({ audience, permission }))
    await server.adminOk('PUT', `/clients/${client.id}/access`, { permissions: fitting })
    const problem = await (async () => {
      for (const name of long.slice(50)) {
        const response = await server.admin('PUT', of(name, wide['api_id']))
        if (response.status !== 200) return refused(response, 400)
      }
      return {}
    })()
    expect(problem).toMatchObject({
      errors: [{ field: 'permission', detail: expect.stringContaining('does not fit') }],
    })
    expect((await server.admin('DELETE', of(long[0] ?? '', wide['api_id']))).status).toBe(200)
  })

  it('as the 51st role, which a replaced access could not have', async () => {
    const ids = await Promise.all(
      Array.from({ length: 51 }, async () => {
        const role = await server.adminOk('POST', '/roles', { name: 'Empty', permissions: [] })
        return String(role['role_id'])
      }),
    )
    await server.adminOk('PUT', `/clients/${client.id}/access`, { roles: ids.slice(1) })
    const problem = await refused(await server.admin('PUT', ofRole(ids[0])), 400)
    expect(problem['errors']).toMatchObject([{ field: 'role_id' }])
    expect((await server.admin('PUT', ofRole(ids[1]))).status).toBe(200)
  })
})

describe('a precondition', () => {
  const conditional = (tag: string) => ({
    method: 'DELETE',
    headers: { Authorization: `Bearer ${env.BOOTSTRAP_TOKEN}`, 'If-Match': tag },
  })

  it('is kept where it is sent, and asked for by configuration alone', async () => {
    const path = `/admin/v1${of('invoices:read')}`
    expect((await server.send(path, conditional('"7"'))).status).toBe(412)
    const tag = (await show()).headers.get('etag') ?? ''
    expect((await server.send(path, conditional(tag))).status).toBe(200)
    const strict = testServer({ now: NOW, requireIfMatch: true })
    for (const at of [of('invoices:read'), ofRole()]) {
      for (const method of ['PUT', 'DELETE']) {
        expect((await strict.admin(method, at)).status).toBe(428)
      }
    }
  })
})
