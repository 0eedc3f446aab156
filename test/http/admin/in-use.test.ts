import { env } from 'cloudflare:workers'
import { beforeEach, expect, it } from 'vitest'
import { fillClients } from '../../support/many-clients.ts'
import { observedServer } from '../../support/observed-server.ts'
import { API, type Json, type TestServer, testServer } from '../../support/server.ts'

const NOW = Date.UTC(2026, 10, 22, 10, 0, 0) / 1000
const WRITE = { audience: API, permission: 'invoices:write' }

let server: TestServer
let api: string
let role: string

beforeEach(async () => {
  server = testServer({ now: NOW })
  api = `/apis/${(await server.api())['api_id']}`
  const body = { name: 'Writer', permissions: [WRITE] }
  role = (await server.adminOk('POST', '/roles', body))['role_id']
})

async function conflict(method: string, path: string, body?: Json, at = server): Promise<Json> {
  const response = await at.admin(method, path, body)
  expect([method, path, response.status]).toEqual([method, path, 409])
  return response.json<Json>()
}

const clientsOf = ({ in_use_by: { clients } }: Json) => clients

it('names the clients and roles for whom something is kept, by name, and how many they are', async () => {
  const names = ['Gamma', 'alpha', 'Beta']
  for (const client_name of names) await server.client({}, { client_name, roles: [role] })
  const both = await server.client(
    { [API]: 'invoices:read' },
    { client_name: 'Both', roles: [role] },
  )
  const held = await conflict('DELETE', `/roles/${role}`)
  expect(held['detail']).toBe(
    '4 clients (“alpha”, “Beta”, “Both” and “Gamma”) have this role: remove it from them first.',
  )
  expect(clientsOf(held)).toMatchObject({ count: 4, more: false })
  expect(clientsOf(held)['first'][2]).toEqual({ client_id: both.id, client_name: 'Both' })
  const removed = await conflict('PATCH', api, { permissions: [{ permission: 'invoices:read' }] })
  expect(removed['detail']).toMatch(
    /^4 clients \(.*\) have invoices:write, and 1 role \(“Writer”\) gives it: remove it/,
  )
  expect(removed['in_use_by']['roles']).toEqual({
    count: 1,
    more: false,
    first: [{ role_id: role, name: 'Writer' }],
  })
  const direct = await conflict('PATCH', api, { permissions: [{ permission: 'invoices:write' }] })
  expect(direct['detail']).toMatch(/^1 client \(“Both”\) has invoices:read: remove it/)
  const deleted = await conflict('DELETE', api)
  expect(clientsOf(deleted)['count']).toBe(4)
})

it('says that a role alone gives a permission', async () => {
  const { detail, in_use_by: by } = await conflict('DELETE', api)
  expect(detail).toBe(
    '1 role (“Writer”) gives a permission of this API: remove it from them first.',
  )
  expect(by['clients']).toEqual({ count: 0, more: false, first: [] })
})

it('changes the audience of an API that clients use only where that is confirmed', async () => {
  const audience = 'https://moved.example'
  const client = await server.client({ [API]: 'invoices:read' }, { client_name: 'Export' })
  const caller = await server.client({ [API]: 'tokens:introspect' }, { client_name: 'Guard' })
  const token = await server.token(client)
  for (const body of [{ audience }, { audience, confirm_audience_in_use: false }]) {
    const problem = await conflict('PATCH', api, body)
    expect(problem).toMatchObject({
      type: 'urn:portcullis:problem:conflict',
      errors: [{ field: 'confirm_audience_in_use' }],
      in_use_by: { clients: { count: 2 } },
    })
    expect(problem['detail']).toContain(`(“Export” and “Guard”)`)
  }
  expect(await server.introspect(token, caller)).toMatchObject({ active: true })
  // As it was, and a name alone, ask for nothing.
  await server.adminOk('PATCH', api, { audience: API, name: 'Billing' })
  await server.adminOk('PATCH', api, { audience, confirm_audience_in_use: true })
  // As the sentence says, tokens for the earlier audience have stopped working.
  expect(await server.introspect(token, caller)).toEqual({ active: false })
  const asked = await server.tokenRequest(client, { resource: API })
  expect([asked.status, (await asked.json<Json>())['error']]).toEqual([400, 'invalid_target'])
  const [event] = (await server.adminOk('GET', '/audit-events?action=api.updated'))['data']
  expect(event['changes']).toEqual({ audience: { from: API, to: audience } })
})

it('asks for no confirmation where no client has a permission of the API', async () => {
  const audience = 'https://moved.example'
  expect(await server.adminOk('PATCH', api, { audience })).toMatchObject({ audience })
})

it('counts a thousand and says that there are more, and reads no more than that', async () => {
  await fillClients(0, 1200, NOW)
  await env.DB.prepare(
    `INSERT OR IGNORE INTO portcullis_client_roles (client_id, role_id)
     SELECT client_id, ? FROM portcullis_clients`,
  )
    .bind(role)
    .run()
  const { server: watched, seen } = observedServer({ now: NOW })
  const problem = await conflict('DELETE', `/roles/${role}`, undefined, watched)
  expect(problem['detail']).toMatch(/^More than 1,000 clients \((“[^”]+”, ){9}“[^”]+” and others\)/)
  expect(clientsOf(problem)).toMatchObject({ count: 1000, more: true })
  expect(clientsOf(problem)['first']).toHaveLength(10)
  const removed = await conflict('DELETE', api, undefined, watched)
  expect(clientsOf(removed)).toMatchObject({ count: 1000, more: true })
  expect(seen.rows).toBeLessThan(20_000)
})
