import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { d1Catalogue } from '../../../src/storage/access/catalogue.ts'
import { openDatabase } from '../../../src/storage/database.ts'
import { fillClients } from '../../support/many-clients.ts'
import { observedDatabase } from '../../support/observed-server.ts'
import { API, ISSUER, type Json, type TestServer, testServer } from '../../support/server.ts'

const OTHER = 'https://orders.example'
const NOW = Date.UTC(2026, 10, 22, 10) / 1000

let server: TestServer

beforeEach(async () => {
  server = testServer({ now: NOW })
  await server.api(API, 'invoices:read invoices:write')
  await server.api(OTHER, 'invoices:read')
})

function role(name: string, ...permissions: [audience: string, permission: string][]) {
  const list = permissions.map(([audience, permission]) => ({ audience, permission }))
  return server.adminOk('POST', '/roles', { name, permissions: list })
}

const named = async (path: string): Promise<string[]> =>
  (await server.adminOk('GET', path))['data'].map((one: Json) => one['name'])

describe('roles', () => {
  it('are found by a permission, by its API, and by the one that is both', async () => {
    await role('Billing reader', [API, 'invoices:read'])
    await role('Billing writer', [API, 'invoices:read'], [API, 'invoices:write'])
    await role('Order reader', [OTHER, 'invoices:read'])
    await role('Auditor', [ISSUER, 'audit:read'])
    await role('Nothing')
    const of = (query: string) => named(`/roles?${query}`)
    expect(await of('permission=invoices:read')).toEqual([
      'Billing reader',
      'Billing writer',
      'Order reader',
    ])
    expect(await of('permission=invoices:write')).toEqual(['Billing writer'])
    expect(await of(`audience=${OTHER}`)).toEqual(['Order reader'])
    expect(await of(`audience=${API}&permission=invoices:read`)).toEqual([
      'Billing reader',
      'Billing writer',
    ])
    expect(await of(`audience=${ISSUER}`)).toEqual(['Auditor'])
    expect(await of(`audience=${OTHER}&permission=invoices:write`)).toEqual([])
    expect(await of('permission=none')).toEqual([])
  })

  it('have cursors that fit their filter alone', async () => {
    for (const name of ['A', 'B', 'C']) await role(name, [API, 'invoices:read'])
    const first = await server.adminOk('GET', '/roles?permission=invoices:read&limit=2')
    const cursor = String(first['next_cursor'])
    expect(await named(`/roles?permission=invoices:read&limit=2&cursor=${cursor}`)).toEqual(['C'])
    for (const query of ['', 'audience=invoices:read&', 'permission=invoices:write&']) {
      const { status } = await server.admin('GET', `/roles?${query}limit=2&cursor=${cursor}`)
      expect([query, status]).toEqual([query, 400])
    }
    expect((await server.admin('GET', '/roles?permission=')).status).toBe(400)
  })
})

it('APIs are found by their audience and by a permission', async () => {
  const of = async (query: string): Promise<string[]> =>
    (await server.adminOk('GET', `/apis?${query}`))['data'].map((api: Json) => api['audience'])
  expect(await of(`audience=${OTHER}`)).toEqual([OTHER])
  expect(await of('audience=https://none.example')).toEqual([])
  expect(await of('permission=invoices:write')).toEqual([API])
  expect((await of('permission=invoices:read')).sort()).toEqual([API, OTHER].sort())
  expect(await of(`audience=${OTHER}&permission=invoices:write`)).toEqual([])
  expect(await of(`audience=${ISSUER}`)).toEqual([ISSUER])
  expect(await of('permission=audit:read')).toEqual([ISSUER])
})

describe('the holders of a role or of an API', () => {
  it('are counted once each, whether they hold it by themselves or by a role', async () => {
    const { role_id: reader } = await role('Reader', [API, 'invoices:read'])
    await role('Other reader', [API, 'invoices:read'])
    await server.client({ [API]: 'invoices:read invoices:write' }, { roles: [reader] })
    await server.client({}, { roles: [reader] })
    await server.client({ [OTHER]: 'invoices:read' })
    const catalogue = d1Catalogue(openDatabase(env.DB), ISSUER)
    expect(await catalogue.holders({ roleId: String(reader) })).toEqual({ clients: 2, roles: 0 })
    expect(await catalogue.holders({ audience: API })).toEqual({ clients: 2, roles: 2 })
    expect(await catalogue.holders({ audience: OTHER })).toEqual({ clients: 1, roles: 0 })
    expect(await catalogue.holders({ audience: ISSUER })).toEqual({ clients: 0, roles: 0 })
  })

  it('are counted to a hundred, and no more are read', async () => {
    await fillClients(0, 5000, NOW)
    await role('Held', [API, 'invoices:write'])
    await env.DB.prepare(
      `INSERT INTO portcullis_client_roles (client_id, role_id)
       SELECT client_id, (SELECT role_id FROM portcullis_roles) FROM portcullis_clients`,
    ).run()
    const roleId = await env.DB.prepare('SELECT role_id FROM portcullis_roles').first<string>(
      'role_id',
    )
    const { database, seen } = observedDatabase()
    const catalogue = d1Catalogue(openDatabase(database), ISSUER)
    for (const held of [{ roleId: roleId ?? '' }, { audience: API }]) {
      const before = seen.rows
      expect((await catalogue.holders(held)).clients).toBe(100)
      expect([held, seen.rows - before]).toEqual([held, expect.toSatisfy((n) => n < 1000)])
    }
  })
})
