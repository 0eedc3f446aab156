import { describe, expect, it } from 'vitest'
import { API, ISSUER, type Json, testServer } from '../../support/server.ts'

const NOW = Date.UTC(2026, 10, 22, 10, 0, 0) / 1000
const BOOTSTRAP = { type: 'bootstrap', id: 'bootstrap' }
const READ = { audience: API, permission: 'invoices:read' }

async function setUp() {
  const server = testServer({ now: NOW })
  const api = await server.api()
  const client = await server.client({ [API]: 'invoices:read' })
  const events = async (query = '') => {
    const { data } = await server.adminOk('GET', `/audit-events?limit=100${query}`)
    return (data as Json[]).map(withoutNames)
  }
  return { server, api, client, events }
}

/** The event as it is stored; the names beside its ids have tests of their own. */
function withoutNames({ client_name: _name, ...event }: Json): Json {
  const { type, id } = event['target']
  return { ...event, target: { type, id } }
}

/** A request, and the event that it leaves. */
type Step = [method: string, path: string, body: unknown, event: Json]

function stepsOfClient(id: string, { role, secret }: Record<'role' | 'secret', string>): Step[] {
  const path = `/clients/${id}`
  const ofClient = { client_id: id, target: { type: 'client', id } }
  const ofSecret = { client_id: id, target: { type: 'secret', id: secret } }
  return [
    [
      'PATCH',
      path,
      { description: 'b' },
      { action: 'client.updated', ...ofClient, changes: { description: { from: '', to: 'b' } } },
    ],
    [
      'PUT',
      `${path}/suspension`,
      { reason: 'leaked' },
      { action: 'client.suspended', ...ofClient, reason: 'leaked' },
    ],
    ['DELETE', `${path}/suspension`, undefined, { action: 'client.resumed', ...ofClient }],
    [
      'PUT',
      `${path}/access`,
      { roles: [role], permissions: [] },
      {
        action: 'client.access_changed',
        ...ofClient,
        changes: {
          roles: { from: [], to: [role] },
          permissions: { from: [READ], to: [] },
        },
      },
    ],
    [
      'PUT',
      `${path}/access`,
      { roles: [], permissions: [READ], apply_to_issued_tokens: true },
      {
        action: 'client.access_changed',
        ...ofClient,
        changes: {
          roles: { from: [role], to: [] },
          permissions: { from: [], to: [READ] },
          tokens_valid_from: { from: null, to: '2026-11-22T10:00:00Z' },
        },
      },
    ],
    ['DELETE', `${path}/tokens`, undefined, { action: 'client.tokens_revoked', ...ofClient }],
    ['DELETE', `${path}/secrets/${secret}`, undefined, { action: 'secret.deleted', ...ofSecret }],
  ]
}

function stepsOfOthers({ api, copy, role }: Record<'api' | 'copy' | 'role', string>): Step[] {
  return [
    [
      'DELETE',
      `/clients/${copy}`,
      undefined,
      {
        action: 'client.deleted',
        client_id: copy,
        target: { type: 'client', id: copy },
      },
    ],
    [
      'PATCH',
      `/apis/${api}`,
      { name: 'New' },
      {
        action: 'api.updated',
        client_id: null,
        target: { type: 'api', id: api },
        changes: { name: { from: API, to: 'New' } },
      },
    ],
    [
      'PATCH',
      `/roles/${role}`,
      { name: 'R' },
      {
        action: 'role.updated',
        client_id: null,
        target: { type: 'role', id: role },
        changes: { name: { from: 'Role', to: 'R' } },
      },
    ],
    [
      'DELETE',
      `/roles/${role}`,
      undefined,
      { action: 'role.deleted', client_id: null, target: { type: 'role', id: role } },
    ],
  ]
}

describe('every change', () => {
  it('is one event that says who did what to whom, and what differs', async () => {
    const { server, api, client, events } = await setUp()
    const path = `/clients/${client.id}`
    const role = await server.adminOk('POST', '/roles', { name: 'Role', permissions: [] })
    const secret = await server.adminOk('POST', `${path}/secrets`)
    const copy = await server.adminOk('POST', `${path}/duplicates`)
    const steps = [
      ...stepsOfClient(client.id, { role: role['role_id'], secret: secret['secret_id'] }),
      ...stepsOfOthers({ api: api['api_id'], copy: copy['client_id'], role: role['role_id'] }),
    ]
    for (const [method, where, body, expected] of steps) {
      const before = await events()
      await server.adminOk(method, where, body)
      const after = await events()
      expect(after.slice(1)).toEqual(before)
      const { event_id, request_id, ...event } = after[0] ?? {}
      expect(event).toEqual({
        at: '2026-11-22T10:00:00Z',
        actor: BOOTSTRAP,
        ...(expected['action'] === 'client.deleted' ? { changes: event['changes'] } : {}),
        ...expected,
      })
      expect([event_id, request_id]).toEqual([expect.any(String), expect.any(String)])
    }
  })

  it('begins with creations, each of them one event, but for a key that comes with its standby', async () => {
    const { server, api, client, events } = await setUp()
    const copy = await server.adminOk('POST', `/clients/${client.id}/duplicates`)
    const role = await server.adminOk('POST', '/roles', { name: 'Role', permissions: [] })
    const { kid } = await server.adminOk('POST', '/signing-keys')
    expect((await events()).map((e) => [e['action'], e['target'], e['client_id']])).toEqual([
      ['signing_key.created', { type: 'signing_key', id: expect.any(String) }, null],
      ['signing_key.created', { type: 'signing_key', id: kid }, null],
      ['role.created', { type: 'role', id: role['role_id'] }, null],
      ['client.created', { type: 'client', id: copy['client_id'] }, copy['client_id']],
      ['client.created', { type: 'client', id: client.id }, client.id],
      ['api.created', { type: 'api', id: api['api_id'] }, null],
    ])
  })

  it('names the secret that is made, and each that it retires', async () => {
    const { server, client, events } = await setUp()
    const path = `/clients/${client.id}/secrets`
    const made = await server.adminOk('POST', path, { retire_others_in: 60 })
    const [old] = client.body['secrets']
    expect((await events()).slice(0, 2)).toMatchObject([
      { action: 'secret.created', target: { type: 'secret', id: made['secret_id'] } },
      {
        action: 'secret.retired',
        target: { type: 'secret', id: old.secret_id },
        changes: { retires_at: { from: null, to: '2026-11-22T10:01:00Z' } },
      },
    ])
  })

  it('names the client whose token did it, and the request', async () => {
    const { server, client, events } = await setUp()
    const manager = await server.client({ [ISSUER]: 'clients:manage' })
    const bearer = await server.token(manager)
    await server.send(`/admin/v1/clients/${client.id}/suspension`, {
      method: 'PUT',
      headers: { Authorization: `Bearer ${bearer}`, 'CF-Ray': '8f1e2d3c4b5a6978-AMS' },
    })
    expect((await events())[0]).toMatchObject({
      actor: { type: 'client', id: manager.id },
      request_id: '8f1e2d3c4b5a6978-AMS',
    })
  })

  it('is none where nothing changes or the change is refused', async () => {
    const { server, client, events } = await setUp()
    const before = await events()
    const { client_name, permissions } = client.body
    await server.adminOk('PATCH', `/clients/${client.id}`, { client_name })
    await server.adminOk('PUT', `/clients/${client.id}/access`, { roles: [], permissions })
    await server.resume(client)
    await server.admin('PATCH', `/clients/${client.id}`, { client_name: '' })
    await server.admin('DELETE', '/clients/none')
    await server.admin('GET', `/clients/${client.id}`)
    await server.admin('POST', '/apis', { audience: API, name: 'a', permissions: [] })
    expect(await events()).toEqual(before)
  })

  it('of a revoked token names its jti, and the client as the one who did it', async () => {
    const { server, client, events } = await setUp()
    const token = await server.token(client)
    const { jti } = await server.introspect(token, client)
    for (let n = 0; n < 2; n++)
      expect((await server.form('/oauth/revoke', { token }, client)).status).toBe(200)
    const found = await events('&action=token.revoked')
    expect(found).toMatchObject([
      {
        actor: { type: 'client', id: client.id },
        client_id: client.id,
        target: { type: 'token', id: jti },
      },
    ])
  })
})

it('hold no secret, hash or token', async () => {
  const { server, client } = await setUp()
  const made = await server.adminOk('POST', `/clients/${client.id}/secrets`, {
    retire_others_in: 0,
  })
  const token = await server.token({ ...client, secret: made['client_secret'] })
  await server.form('/oauth/revoke', { token }, { ...client, secret: made['client_secret'] })
  await server.adminOk('DELETE', `/clients/${client.id}`)
  const text = await (await server.admin('GET', '/audit-events')).text()
  for (const secret of [client.secret, made['client_secret'] as string]) {
    expect(text).not.toContain(secret.slice(0, 15))
    expect(text).not.toContain(secret.slice(-20))
  }
  expect(text).not.toContain(token.split('.')[2])
  expect(text).not.toMatch(/digest|pepper|wrapped/)
})
