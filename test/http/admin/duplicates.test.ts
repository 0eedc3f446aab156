import { describe, expect, it } from 'vitest'
import { API, ISSUER, type Json, testServer } from '../../support/server.ts'

const NOW = Date.UTC(2026, 10, 22, 10, 0, 0) / 1000

async function setUp(fields: Json = {}) {
  const server = testServer({ now: NOW })
  await server.api()
  const role = await server.adminOk('POST', '/roles', {
    name: 'Writer',
    permissions: [{ audience: API, permission: 'invoices:write' }],
  })
  const original = await server.client(
    { [API]: 'invoices:read' },
    {
      description: 'two\nlines',
      access_token_lifetime: 600,
      allow_self_rotation: true,
      tags: ['team:billing'],
      contacts: ['ops@example.com'],
      roles: [role['role_id']],
      secret: { expires_on: '2026-12-24', remind: false },
      ...fields,
    },
  )
  const path = `/clients/${original.id}/duplicates`
  return { server, original, path }
}

it('has the same access, description, lifetime and reminder choice, and its own id and secret', async () => {
  const { server, original, path } = await setUp()
  server.clock.now += 60
  const response = await server.admin('POST', path)
  expect(response.status).toBe(201)
  const body = await response.json<Json>()
  const at = '2026-11-22T10:01:00Z'
  expect(body).toEqual({
    ...original.body,
    client_id: expect.not.stringMatching(original.id),
    client_name: 'Nightly billing export (copy)',
    status: 'available',
    attention: [],
    secrets: [
      {
        ...original.body['secrets'][0],
        secret_id: expect.not.stringMatching(original.body['secrets'][0].secret_id),
        key_id: body['client_secret'].slice(3, 15),
        hint: body['client_secret'].slice(-4),
        created_at: at,
        expires_at: '2027-02-20T23:59:59Z',
        remind: false,
      },
    ],
    created_at: at,
    updated_at: at,
    client_secret: expect.not.stringMatching(original.secret),
  })
  expect(response.headers.get('location')).toBe(`${ISSUER}/admin/v1/clients/${body['client_id']}`)
  expect(response.headers.get('etag')).toMatch(/^"/)
  const copy = { id: body['client_id'], secret: body['client_secret'], body }
  expect((await server.tokenRequest(copy)).status).toBe(200)
  expect((await server.tokenRequest({ ...copy, secret: original.secret })).status).toBe(401)
})

it('leaves the original as it is', async () => {
  const { server, original, path } = await setUp()
  const before = await server.adminOk('GET', `/clients/${original.id}`)
  await server.adminOk('POST', path)
  expect(await server.adminOk('GET', `/clients/${original.id}`)).toEqual(before)
})

it.each([
  ['a'.repeat(93), `${'a'.repeat(93)} (copy)`],
  ['a'.repeat(94), `${'a'.repeat(93)} (copy)`],
  ['a'.repeat(100), `${'a'.repeat(93)} (copy)`],
  ['😀'.repeat(100), `${'😀'.repeat(93)} (copy)`],
  ['Export (copy)', 'Export (copy) (copy)'],
])('of %s is named %s', async (client_name, expected) => {
  const { server, path } = await setUp({ client_name })
  expect(await server.adminOk('POST', path)).toMatchObject({ client_name: expected })
})

it('takes the place of each field that is sent', async () => {
  const { server, path } = await setUp()
  const body = await server.adminOk('POST', path, {
    client_name: ' Another ',
    description: '',
    secret: { expires_on: '2027-01-31', remind: true },
    roles: [],
    permissions: [{ audience: API, permission: 'tokens:introspect' }],
    access_token_lifetime: 43_200,
    allow_self_rotation: false,
    tags: [],
    contacts: [],
  })
  expect(body).toMatchObject({
    client_name: 'Another',
    description: '',
    secrets: [{ expires_at: '2027-01-31T23:59:59Z', remind: true }],
    roles: [],
    scope: 'tokens:introspect',
    access_token_lifetime: 43_200,
    allow_self_rotation: false,
    tags: [],
    contacts: [],
  })
})

it('keeps the reminder choice where only the expiry is sent', async () => {
  const { server, path } = await setUp()
  const body = await server.adminOk('POST', path, { secret: { expires_on: '2027-01-31' } })
  expect(body['secrets']).toMatchObject([{ expires_at: '2027-01-31T23:59:59Z', remind: false }])
})

it('of a suspended client is not suspended, and its tokens were never cut off', async () => {
  const { server, original, path } = await setUp()
  await server.adminOk('DELETE', `/clients/${original.id}/tokens`)
  await server.suspend(original, { reason: 'leaked' })
  expect(await server.adminOk('POST', path)).toMatchObject({
    status: 'available',
    suspended_at: null,
    suspended_reason: null,
    tokens_valid_from: null,
    propagation: 'complete',
  })
})

describe('what is refused', () => {
  it.each([
    [{ client_name: '' }, 'client_name'],
    [{ secret: { expires_on: 'soon' } }, 'secret.expires_on'],
    [{ roles: ['none'] }, 'roles.0'],
    [{ client_id: 'mine' }, 'client_id'],
    [{ suspended_at: null }, 'suspended_at'],
  ])('is named for %j', async (body, field) => {
    const { server, path } = await setUp()
    const response = await server.admin('POST', path, body)
    expect(response.status).toBe(400)
    expect((await response.json<Json>())['errors']).toMatchObject([{ field }])
    expect((await server.adminOk('GET', '/clients'))['data']).toHaveLength(1)
  })
})
