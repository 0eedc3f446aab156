import { beforeEach, expect, it } from 'vitest'
import { API, type Json, type TestServer, testServer } from '../../support/server.ts'

type Change = { method: string; path: string; of: string; body?: unknown }

let server: TestServer
let changes: { demanding: Change[]; free: Change[] }

/** Every change of what is there, by whether it needs a precondition; what ends a thing comes last. */
async function changesOfAll(): Promise<typeof changes> {
  const { api_id: apiId } = await server.api(API)
  const { id, body } = await server.client({ [API]: 'invoices:read' })
  const client = `/clients/${id}`
  const secret = body['secrets'][0].secret_id
  const made = async (path: string, field: string, fields: Json) =>
    `${path}/${(await server.adminOk('POST', path, fields))[field]}`
  const api = await made('/apis', 'api_id', {
    audience: 'https://x.example',
    name: 'X',
    permissions: [],
  })
  const role = await made('/roles', 'role_id', { name: 'Reader', permissions: [] })
  const person = { email: 'ada@example.com', access: 'view' }
  const administrator = await made('/administrators', 'administrator_id', person)
  const key = await made('/signing-keys', 'kid', {})
  const [suspension, tokens] = [`${client}/suspension`, `${client}/tokens`]
  return {
    free: [
      { method: 'PUT', path: suspension, of: client, body: { reason: 'leaked' } },
      { method: 'DELETE', path: tokens, of: client },
      { method: 'POST', path: `${client}/secrets`, of: client, body: {} },
      { method: 'POST', path: `${client}/duplicates`, of: client, body: {} },
      { method: 'DELETE', path: `${client}/secrets/${secret}`, of: client },
      { method: 'DELETE', path: key, of: key },
      { method: 'POST', path: '/roles', of: role, body: { name: 'New', permissions: [] } },
    ],
    demanding: [
      { method: 'DELETE', path: suspension, of: client },
      { method: 'PATCH', path: client, of: client, body: { client_name: 'New' } },
      { method: 'PUT', path: `${client}/access`, of: client, body: { roles: [], permissions: [] } },
      ...['PUT', 'DELETE'].flatMap((method) => [
        { method, path: `${client}/permissions/${apiId}/invoices:write`, of: client },
        { method, path: `${client}${role}`, of: client },
        { method, path: `${role}/permissions/${apiId}/invoices:write`, of: role },
        { method, path: `${api}/permissions/x`, of: api },
      ]),
      { method: 'PATCH', path: api, of: api, body: { name: 'New' } },
      { method: 'PATCH', path: role, of: role, body: { name: 'New' } },
      { method: 'PATCH', path: administrator, of: administrator, body: { access: 'manage' } },
      ...[client, api, role, administrator].map((path) => ({ method: 'DELETE', path, of: path })),
    ],
  }
}

beforeEach(async () => {
  server = testServer({ requireIfMatch: true })
  changes = await changesOfAll()
})

function send({ method, path, body }: Change, ifMatch?: string, bearer?: string) {
  return server.send(`/admin/v1${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${bearer ?? server.bindings.BOOTSTRAP_TOKEN}`,
      'Content-Type': 'application/json',
      ...(ifMatch !== undefined && { 'If-Match': ifMatch }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
}

const etagOf = async (path: string) =>
  (await server.admin('GET', path)).headers.get('etag') ?? 'none'

it('refuses each change of a resource with an ETag without If-Match, and changes nothing', async () => {
  for (const change of changes.demanding) {
    const before = await (await server.admin('GET', change.of)).json()
    const answer = await send(change)
    expect([change.method, change.path, answer.status]).toEqual([change.method, change.path, 428])
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect((await answer.json<Json>())['type']).toBe('urn:portcullis:problem:precondition_required')
    expect(await (await server.admin('GET', change.of)).json()).toEqual(before)
  }
})

it('makes each with the ETag that was read, refuses an older one, and takes any by *', async () => {
  for (const change of changes.demanding) {
    const [method, path] = [change.method, change.path]
    expect([method, path, (await send(change, '"99999"')).status]).toEqual([method, path, 412])
    const answer = await send(change, await etagOf(change.of))
    expect([method, path, answer.ok]).toEqual([method, path, true])
  }
  const { id } = await server.client()
  const rename = { method: 'PATCH', path: `/clients/${id}`, of: '', body: { client_name: 'Any' } }
  expect((await send(rename, '*')).status).toBe(200)
})

it('never asks it of what cuts off or creates', async () => {
  for (const change of changes.free) {
    const answer = await send(change)
    expect([change.method, change.path, answer.ok]).toEqual([change.method, change.path, true])
  }
})

it('tells nobody of it who may not change anything', async () => {
  for (const change of changes.demanding) {
    expect((await send(change, undefined, 'nonsense')).status).toBe(401)
  }
})

it('asks it of nobody where it is not configured', async () => {
  server = testServer()
  for (const change of changes.demanding) expect((await send(change)).ok).toBe(true)
})
