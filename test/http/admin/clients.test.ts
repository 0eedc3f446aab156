import { describe, expect, it } from 'vitest'
import { API, ISSUER, type Json, testServer } from '../../support/server.ts'

const NOW = Date.UTC(2026, 10, 22, 10, 0, 0) / 1000
const MINIMAL = { client_name: 'Nightly billing export' }

const NONE = { keys: [], federated_credentials: [], certificates: [], roles: [] }

describe('creating a client', () => {
  it('answers 201 with the whole client, its secret once, and where it is', async () => {
    const server = testServer({ now: NOW })
    await server.api()
    const permissions = [{ audience: API, permission: 'invoices:read' }]
    const response = await server.admin('POST', '/clients', { ...MINIMAL, permissions })
    expect(response.status).toBe(201)
    const body = await response.json<Json>()
    expect(body).toEqual({
      client_id: expect.stringMatching(/^[0-9A-Za-z_]+$/),
      client_name: 'Nightly billing export',
      description: '',
      status: 'available',
      attention: [],
      secrets: [
        {
          secret_id: expect.stringMatching(/^[0-9A-Za-z_]+$/),
          key_id: body['client_secret'].slice(3, 15),
          hint: body['client_secret'].slice(-4),
          label: '',
          created_at: '2026-11-22T10:00:00Z',
          created_by: 'bootstrap',
          expires_at: '2027-02-20T23:59:59Z',
          last_used_at: null,
          remind: true,
          reminded_at: null,
          retires_at: null,
          retire_others_in: null,
        },
      ],
      ...NONE,
      permissions,
      scope: 'invoices:read',
      access_token_lifetime: 43_200,
      allow_self_rotation: false,
      tags: [],
      contacts: [],
      assertion_audience: 'issuer',
      profile: null,
      require_dpop: false,
      tls_client_certificate_bound_access_tokens: false,
      jwks_uri: null,
      suspended_at: null,
      suspended_reason: null,
      tokens_valid_from: null,
      propagation: 'complete',
      created_at: '2026-11-22T10:00:00Z',
      created_by: 'bootstrap',
      updated_at: '2026-11-22T10:00:00Z',
      last_token_at: null,
      last_used_at: null,
      bound_since: null,
      dpop_required: false,
      client_secret: expect.stringMatching(/^pc_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}$/),
    })
    const path = `/admin/v1/clients/${body['client_id']}`
    expect(response.headers.get('location')).toBe(ISSUER + path)
    expect(response.headers.get('etag')).toMatch(/^"[^"]+"$/)
    const { client_secret: _, ...client } = body
    expect(await server.adminOk('GET', `/clients/${body['client_id']}`)).toEqual(client)
  })

  it('takes every optional field', async () => {
    const server = testServer({ now: NOW })
    await server.api()
    const role = await server.adminOk('POST', '/roles', {
      name: 'Writer',
      permissions: [{ audience: API, permission: 'invoices:write' }],
    })
    const body = await server.adminOk('POST', '/clients', {
      ...MINIMAL,
      description: 'two\nlines\r\nand a third',
      secret: { expires_on: '2026-12-01', remind: false, label: ' the first ' },
      roles: [role['role_id']],
      permissions: [{ audience: API, permission: 'invoices:read' }],
      access_token_lifetime: 60,
      allow_self_rotation: true,
      tags: ['team:billing', 'env.prod-1_a'],
      contacts: [' Ops@Example.com ', 'dev@example.com'],
      assertion_audience: 'issuer_or_token_endpoint',
    })
    expect(body).toMatchObject({
      description: 'two\nlines\nand a third',
      status: 'needs_attention',
      attention: [{ reason: 'secret_expiring', expires_at: '2026-12-01T23:59:59Z' }],
      secrets: [{ expires_at: '2026-12-01T23:59:59Z', remind: false, label: 'the first' }],
      roles: [role['role_id']],
      scope: 'invoices:read invoices:write',
      access_token_lifetime: 60,
      allow_self_rotation: true,
      tags: ['team:billing', 'env.prod-1_a'],
      contacts: ['ops@example.com', 'dev@example.com'],
      assertion_audience: 'issuer_or_token_endpoint',
    })
  })

  it('makes one without a secret if asked to, and shows none', async () => {
    const server = testServer({ now: NOW })
    const body = await server.adminOk('POST', '/clients', { ...MINIMAL, secret: null })
    expect(body).not.toHaveProperty('client_secret')
    expect(body).toMatchObject({
      secrets: [],
      attention: [{ reason: 'no_permissions' }, { reason: 'no_credentials' }],
    })
  })

  it('says what is missing of a client without access', async () => {
    const body = await testServer().adminOk('POST', '/clients', MINIMAL)
    expect(body).toMatchObject({
      status: 'needs_attention',
      attention: [{ reason: 'no_permissions' }],
      scope: '',
    })
  })

  it('trims the name, and counts a hundred characters of any plane', async () => {
    const server = testServer()
    const trimmed = await server.adminOk('POST', '/clients', { client_name: '  Café  ' })
    expect(trimmed['client_name']).toBe('Café')
    const astral = '😀'.repeat(100)
    const long = await server.adminOk('POST', '/clients', { client_name: ` ${astral} ` })
    expect(long['client_name']).toBe(astral)
  })

  it.each([
    ['2026-11-22', 201, 'today'],
    ['2028-11-22', 201, 'the day 24 months from today'],
    ['2026-11-21', 400, 'yesterday'],
    ['2028-11-23', 400, 'a day past 24 months'],
    ['2026-02-30', 400, 'no day of the calendar'],
    ['2027-1-1', 400, 'no RFC 3339 date'],
    ['2027-01-31T00:00:00Z', 400, 'a time'],
    ['', 400, 'nothing'],
  ])('answers an expiry date of %s with %i: %s', async (expires_on, status) => {
    const body = { ...MINIMAL, secret: { expires_on } }
    const response = await testServer({ now: NOW }).admin('POST', '/clients', body)
    expect(response.status).toBe(status)
    const fields = (await response.json<Json>())['errors']?.map((e: Json) => e['field'])
    expect(fields).toEqual(status === 400 ? ['secret.expires_on'] : undefined)
  })

  it('takes the last day of a month that lacks the day 24 months on', async () => {
    const server = testServer({ now: Date.UTC(2028, 1, 29, 12) / 1000 })
    const create = (expires_on: string) =>
      server.admin('POST', '/clients', { ...MINIMAL, secret: { expires_on } })
    expect((await create('2030-02-28')).status).toBe(201)
    expect((await create('2030-03-01')).status).toBe(400)
  })
})

const WRONG: [string, unknown, string[]][] = [
  ['no name', {}, ['client_name']],
  ['an empty name', { client_name: '' }, ['client_name']],
  ['a blank name', { client_name: ' \t ' }, ['client_name']],
  ['101 characters', { client_name: 'a'.repeat(101) }, ['client_name']],
  ['a name that is a number', { client_name: 7 }, ['client_name']],
  ['a line break in a name', { client_name: 'a\nb' }, ['client_name']],
  ['a NUL in a name', { client_name: 'a\u0000b' }, ['client_name']],
  ['a right-to-left override in a name', { client_name: 'a\u202eb' }, ['client_name']],
  ['an isolate in a name', { client_name: 'a\u2066b' }, ['client_name']],
  ['half a surrogate pair in a name', { client_name: 'a\ud800b' }, ['client_name']],
  ['a long description', { ...MINIMAL, description: 'a'.repeat(1001) }, ['description']],
  ['an override in a description', { ...MINIMAL, description: '\u202e' }, ['description']],
  ['a bell in a description', { ...MINIMAL, description: '\u0007' }, ['description']],
  ['a word for a yes', { ...MINIMAL, allow_self_rotation: 'yes' }, ['allow_self_rotation']],
  ['a lifetime of 59 s', { ...MINIMAL, access_token_lifetime: 59 }, ['access_token_lifetime']],
  ['a tag in capitals', { ...MINIMAL, tags: ['Billing'] }, ['tags.0']],
  ['an empty tag', { ...MINIMAL, tags: ['a', ''] }, ['tags.1']],
  ['a tag of 51 characters', { ...MINIMAL, tags: ['a'.repeat(51)] }, ['tags.0']],
  ['a tag twice', { ...MINIMAL, tags: ['a', 'a'] }, ['tags']],
  ['21 tags', { ...MINIMAL, tags: Array.from({ length: 21 }, (_, i) => `t${i}`) }, ['tags']],
  [
    'a contact without a domain',
    { ...MINIMAL, contacts: ['a@example.com', 'ops'] },
    ['contacts.1'],
  ],
  ['a contact with a name', { ...MINIMAL, contacts: ['Ops <ops@example.com>'] }, ['contacts.0']],
  ['a contact twice', { ...MINIMAL, contacts: ['a@example.com', 'A@example.com'] }, ['contacts']],
  [
    '11 contacts',
    { ...MINIMAL, contacts: Array.from({ length: 11 }, (_, i) => `c${i}@example.com`) },
    ['contacts'],
  ],
  ['one tag that is no list', { ...MINIMAL, tags: 'a' }, ['tags']],
  [
    'a lifetime of 12 h 1 s',
    { ...MINIMAL, access_token_lifetime: 43_201 },
    ['access_token_lifetime'],
  ],
  ['half a second', { ...MINIMAL, access_token_lifetime: 60.5 }, ['access_token_lifetime']],
  ['a lifetime in words', { ...MINIMAL, access_token_lifetime: '60' }, ['access_token_lifetime']],
  ['a reminder in words', { ...MINIMAL, secret: { remind: 'yes' } }, ['secret.remind']],
  ['a list for its secret', { ...MINIMAL, secret: [] }, ['secret']],
  ['a chosen secret', { ...MINIMAL, client_secret: 'hunter2' }, ['client_secret']],
  ['a chosen secret inside', { ...MINIMAL, secret: { text: 'hunter2' } }, ['secret.text']],
  ['a chosen id', { ...MINIMAL, client_id: 'mine' }, ['client_id']],
  ['who is calling', { ...MINIMAL, created_by: 'admin' }, ['created_by']],
  ['a field that every object inherits', { ...MINIMAL, constructor: 1 }, ['constructor']],
  ['a role that is not there', { ...MINIMAL, roles: ['role_none'] }, ['roles.0']],
  ['roles that are text', { ...MINIMAL, roles: 'role_none' }, ['roles']],
  [
    'a permission that is not there',
    { ...MINIMAL, permissions: [{ audience: API, permission: 'x' }] },
    ['permissions.0'],
  ],
  [
    'a permission without an audience',
    { ...MINIMAL, permissions: [{ permission: 'x' }] },
    ['permissions.0.audience'],
  ],
  [
    'two wrong fields',
    { client_name: '', description: 7, secret: { remind: 1 } },
    ['client_name', 'description', 'secret.remind'],
  ],
]

describe('what a client is refused for', () => {
  it.each(WRONG)('names the field: %s', async (_why, body, fields) => {
    const server = testServer()
    const response = await server.admin('POST', '/clients', body)
    expect(response.status).toBe(400)
    const problem = await response.json<Json>()
    expect(problem['errors'].map((e: Json) => e['field']).sort()).toEqual(fields)
    expect(JSON.stringify(problem)).not.toContain('hunter2')
    expect((await server.adminOk('GET', '/clients'))['data']).toEqual([])
  })

  it('is refused for a field named __proto__', async () => {
    const server = testServer()
    const response = await server.send('/admin/v1/clients', {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${server.bindings.BOOTSTRAP_TOKEN}`,
        'Content-Type': 'application/json',
      },
      body: '{"client_name": "a", "__proto__": {"description": "b"}}',
    })
    expect(response.status).toBe(400)
  })
})

describe('changing and deleting a client', () => {
  it('changes what is sent, and nothing else', async () => {
    const server = testServer({ now: NOW })
    const client = await server.client({}, { description: 'before' })
    server.clock.now += 60
    const fields = {
      client_name: ' Renamed ',
      access_token_lifetime: 3600,
      allow_self_rotation: true,
      tags: ['team:billing'],
      contacts: ['ops@example.com'],
    }
    const response = await server.admin('PATCH', `/clients/${client.id}`, fields)
    expect(response.status).toBe(200)
    const { client_secret: _, ...before } = client.body
    const after = await response.json()
    expect(after).toEqual({
      ...before,
      client_name: 'Renamed',
      access_token_lifetime: 3600,
      allow_self_rotation: true,
      tags: ['team:billing'],
      contacts: ['ops@example.com'],
      updated_at: '2026-11-22T10:01:00Z',
    })
    expect(await server.adminOk('GET', `/clients/${client.id}`)).toEqual(after)
  })

  it.each([
    ['secrets', []],
    ['status', 'available'],
    ['permissions', []],
    ['roles', []],
    ['suspended_at', null],
    ['client_name', null],
    ['description', null],
  ])('takes no %s in a patch', async (field, value) => {
    const server = testServer()
    const client = await server.client()
    const response = await server.admin('PATCH', `/clients/${client.id}`, { [field]: value })
    expect(response.status).toBe(400)
    expect((await response.json<Json>())['errors']).toMatchObject([{ field }])
  })

  it('deletes with 204 and nothing else, once', async () => {
    const server = testServer()
    const client = await server.client()
    const response = await server.admin('DELETE', `/clients/${client.id}`)
    expect(response.status).toBe(204)
    expect(await response.text()).toBe('')
    expect((await server.admin('GET', `/clients/${client.id}`)).status).toBe(404)
    expect((await server.admin('DELETE', `/clients/${client.id}`)).status).toBe(404)
  })
})
