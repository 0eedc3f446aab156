import { describe, expect, it } from 'vitest'
import { API, ISSUER, type Json, type TestServer, testServer } from '../../support/server.ts'

const NOW = Date.UTC(2026, 10, 22, 10, 0, 0) / 1000
const PERMISSIONS = [
  { permission: 'invoices:read', description: 'Read invoices', group: 'Invoices' },
  { permission: 'invoices:write' },
]
const NEW = { audience: API, name: ' Billing ', permissions: PERMISSIONS }

async function audiences(server: TestServer): Promise<string[]> {
  const { data } = await server.adminOk('GET', '/apis')
  return data.map((api: Json) => api['audience'])
}

async function fieldsOf(response: Response): Promise<string[]> {
  const { errors = [] } = await response.json<Json>()
  return errors.map((e: Json) => e['field'])
}

describe('an API', () => {
  it('is created, shown, changed and deleted', async () => {
    const server = testServer({ now: NOW })
    const response = await server.admin('POST', '/apis', NEW)
    expect(response.status).toBe(201)
    const body = await response.json<Json>()
    expect(body).toEqual({
      api_id: expect.stringMatching(/^[0-9A-Za-z_]+$/),
      audience: API,
      name: 'Billing',
      permissions: PERMISSIONS,
      created_at: '2026-11-22T10:00:00Z',
      updated_at: '2026-11-22T10:00:00Z',
    })
    const path = `/apis/${body['api_id']}`
    expect(response.headers.get('location')).toBe(`${ISSUER}/admin/v1${path}`)
    expect(await server.adminOk('GET', path)).toEqual(body)
    server.clock.now += 60
    const patched = await server.adminOk('PATCH', path, { name: 'Invoices' })
    expect(patched).toEqual({ ...body, name: 'Invoices', updated_at: '2026-11-22T10:01:00Z' })
    expect(await server.adminOk('GET', path)).toEqual(patched)
    const deleted = await server.admin('DELETE', path)
    expect([deleted.status, await deleted.text()]).toEqual([204, ''])
    expect((await server.admin('GET', path)).status).toBe(404)
  })

  it('keeps the order of its permissions, through a change too', async () => {
    const server = testServer()
    const { api_id } = await server.adminOk('POST', '/apis', NEW)
    const permissions = ['z', 'invoices:write', 'a', 'invoices:read'].map((permission) => ({
      permission,
    }))
    await server.adminOk('PATCH', `/apis/${api_id}`, { permissions })
    const shown = await server.adminOk('GET', `/apis/${api_id}`)
    expect(shown['permissions']).toEqual(permissions)
  })

  it('has tokens:introspect besides its own permissions, declared or not', async () => {
    const server = testServer()
    const { api_id } = await server.adminOk('POST', '/apis', { ...NEW, permissions: [] })
    const client = await server.client({ [API]: 'tokens:introspect' })
    expect(client.body['scope']).toBe('tokens:introspect')
    await server.adminOk('PATCH', `/apis/${api_id}`, { permissions: PERMISSIONS })
    expect(await server.adminOk('GET', `/clients/${client.id}`)).toMatchObject({
      scope: 'tokens:introspect',
    })
  })

  it('moves to another audience with those who have its permissions', async () => {
    const server = testServer()
    const { api_id } = await server.adminOk('POST', '/apis', NEW)
    const client = await server.client({ [API]: 'invoices:read' })
    const audience = 'urn:example:billing'
    await server.adminOk('PATCH', `/apis/${api_id}`, {
      audience,
      confirm_audience_in_use: true,
    })
    expect(await server.adminOk('GET', `/clients/${client.id}`)).toMatchObject({
      permissions: [{ audience, permission: 'invoices:read' }],
    })
  })
})

describe('what an API is refused for', () => {
  const WRONG: [string, Json, string[]][] = [
    ['no fields', {}, ['audience', 'name', 'permissions']],
    ['an audience of two words', { ...NEW, audience: 'billing api' }, ['audience']],
    ['an audience that is no URI for all its colon', { ...NEW, audience: '1:2' }, ['audience']],
    ['a fragment', { ...NEW, audience: `${API}#a` }, ['audience']],
    ['a space in the audience', { ...NEW, audience: `${API}/a b` }, ['audience']],
    ['a quote in the audience', { ...NEW, audience: `${API}/"` }, ['audience']],
    ['an audience beyond ASCII', { ...NEW, audience: 'https://bücher.example' }, ['audience']],
    ['an empty audience', { ...NEW, audience: '' }, ['audience']],
    ['no name', { ...NEW, name: ' ' }, ['name']],
    ['a long name', { ...NEW, name: 'a'.repeat(101) }, ['name']],
    ['an override in the name', { ...NEW, name: 'a\u202e' }, ['name']],
    [
      'a space in a scope value',
      { ...NEW, permissions: [{ permission: 'a b' }] },
      ['permissions.0.permission'],
    ],
    [
      'a quote in a scope value',
      { ...NEW, permissions: [{ permission: 'a"b' }] },
      ['permissions.0.permission'],
    ],
    [
      'a backslash in it',
      { ...NEW, permissions: [{ permission: 'a\\b' }] },
      ['permissions.0.permission'],
    ],
    [
      'an empty scope value',
      { ...NEW, permissions: [{ permission: '' }] },
      ['permissions.0.permission'],
    ],
    [
      'a scope value twice',
      { ...NEW, permissions: [{ permission: 'a' }, { permission: 'a' }] },
      ['permissions'],
    ],
    [
      'an unknown field inside',
      { ...NEW, permissions: [{ permission: 'a', scope: 'b' }] },
      ['permissions.0.scope'],
    ],
    ['a chosen id', { ...NEW, api_id: 'mine' }, ['api_id']],
  ]

  it.each(WRONG)('names the field: %s', async (_why, body, fields) => {
    const server = testServer()
    const response = await server.admin('POST', '/apis', body)
    expect(response.status).toBe(400)
    expect((await fieldsOf(response)).sort()).toEqual(fields)
    expect(await audiences(server)).toEqual([ISSUER])
  })

  it('takes no null in a patch', async () => {
    const server = testServer()
    const { api_id } = await server.adminOk('POST', '/apis', NEW)
    const response = await server.admin('PATCH', `/apis/${api_id}`, { name: null })
    expect([response.status, await fieldsOf(response)]).toEqual([400, ['name']])
  })

  it('is an audience that is taken: of another API, or of the issuer itself', async () => {
    const server = testServer()
    const { api_id } = await server.adminOk('POST', '/apis', NEW)
    await server.adminOk('POST', '/apis', { ...NEW, audience: `${API}/2` })
    for (const audience of [API, ISSUER]) {
      expect((await server.admin('POST', '/apis', { ...NEW, audience })).status).toBe(409)
    }
    for (const audience of [`${API}/2`, ISSUER]) {
      expect((await server.admin('PATCH', `/apis/${api_id}`, { audience })).status).toBe(409)
    }
    expect((await audiences(server)).sort()).toEqual([API, `${API}/2`, ISSUER])
  })

  it('lets one of two made at once have the audience', async () => {
    const server = testServer()
    const answers = await Promise.all([1, 2, 3].map(() => server.admin('POST', '/apis', NEW)))
    expect(answers.filter((a) => a.status === 201)).toHaveLength(1)
    expect(answers.filter((a) => a.status === 409)).toHaveLength(2)
    expect((await audiences(server)).sort()).toEqual([API, ISSUER])
  })
})

describe('an API in use', () => {
  it('is not deleted, and keeps what a client or a role has of it', async () => {
    const server = testServer()
    const { api_id } = await server.adminOk('POST', '/apis', NEW)
    const path = `/apis/${api_id}`
    const client = await server.client({ [API]: 'invoices:read' })
    const role = await server.adminOk('POST', '/roles', {
      name: 'Writer',
      permissions: [{ audience: API, permission: 'invoices:write' }],
    })
    const before = await server.adminOk('GET', path)
    const refused = [
      await server.admin('DELETE', path),
      await server.admin('PATCH', path, { permissions: [{ permission: 'invoices:read' }] }),
      await server.admin('PATCH', path, { permissions: [{ permission: 'invoices:write' }] }),
    ]
    expect(refused.map((r) => r.status)).toEqual([409, 409, 409])
    await server.adminOk('DELETE', `/clients/${client.id}`)
    expect((await server.admin('DELETE', path)).status).toBe(409)
    expect(await server.adminOk('GET', path)).toEqual(before)
    await server.adminOk('DELETE', `/roles/${role['role_id']}`)
    expect((await server.admin('DELETE', path)).status).toBe(204)
  })

  it('is in use where its tokens:introspect alone is', async () => {
    const server = testServer()
    const { api_id } = await server.adminOk('POST', '/apis', NEW)
    await server.client({ [API]: 'tokens:introspect' })
    expect((await server.admin('DELETE', `/apis/${api_id}`)).status).toBe(409)
  })
})

describe('Portcullis itself', () => {
  it('is an API whose audience is the issuer, and stays as it is', async () => {
    const server = testServer()
    const { data } = await server.adminOk('GET', '/apis')
    const own = data.find((api: Json) => api['audience'] === ISSUER)
    expect(own['permissions'].map((p: Json) => p['permission'])).toEqual([
      'clients:read',
      'clients:manage',
      'tokens:introspect',
      'audit:read',
    ])
    const path = `/apis/${own['api_id']}`
    expect((await server.admin('DELETE', path)).status).toBe(409)
    for (const change of [{ name: 'a' }, { audience: API }, { permissions: [] }]) {
      expect((await server.admin('PATCH', path, change)).status).toBe(409)
    }
    expect(await server.adminOk('GET', path)).toEqual(own)
  })
})

it('is listed by name, a page at a time', async () => {
  const server = testServer()
  for (const name of ['zeta', 'Alpha', 'beta', 'beta']) {
    await server.adminOk('POST', '/apis', { ...NEW, name, audience: `${API}/${Math.random()}` })
  }
  const names: string[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: Json = await server.adminOk('GET', `/apis?limit=2${cursor && `&cursor=${cursor}`}`)
    names.push(...page['data'].map((api: Json) => api['name']))
    cursor = page['next_cursor']
  }
  expect(names).toEqual(['Alpha', 'beta', 'beta', 'Portcullis', 'zeta'])
  for (const query of ['limit=0', 'cursor=x', 'q=a', 'limit=1&limit=1']) {
    const response = await server.admin('GET', `/apis?${query}`)
    expect([query, response.status]).toEqual([query, 400])
  }
})
