import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { bring, imported } from '../../support/imports.ts'
import { observedServer } from '../../support/observed-server.ts'
import {
  API,
  type Client,
  ISSUER,
  type Json,
  type TestServer,
  testServer,
} from '../../support/server.ts'

let server: TestServer
let client: Client

beforeEach(async () => {
  server = testServer()
  await server.api()
  client = await server.client({ [API]: 'invoices:read' })
})

const newest = async (filter: string, token?: string): Promise<Json> => {
  const response = await server.admin('GET', `/audit-events?limit=1&${filter}`, undefined, token)
  return (await response.json<Json>())['data'][0]
}

async function administrator(): Promise<string> {
  const body = { email: 'ada@example.com', access: 'manage' }
  return String((await server.adminOk('POST', '/administrators', body))['administrator_id'])
}

/** Makes this administrator the author of a suspension by the bootstrap token. */
async function eventBy(id: string): Promise<void> {
  await env.DB.prepare(
    `UPDATE portcullis_audit_events SET actor_type = 'administrator', actor_id = ?
     WHERE action = 'client.suspended'`,
  )
    .bind(id)
    .run()
}

describe('an audit event', () => {
  it('names whoever did it by the address that they have, and had last once they are removed', async () => {
    await server.suspend(client)
    const id = await administrator()
    await eventBy(id)
    const actor = { type: 'administrator', id, name: 'ada@example.com' }
    expect((await newest('action=client.suspended'))['actor']).toEqual(actor)
    await server.adminOk('PATCH', `/administrators/${id}`, { email: 'ada@new.example' })
    await server.adminOk('DELETE', `/administrators/${id}`)
    const gone = { ...actor, name: 'ada@new.example', removed: true }
    expect((await newest('action=client.suspended'))['actor']).toEqual(gone)
    expect((await newest('action=administrator.deleted'))['target']).toEqual(gone)
    const back = await administrator()
    expect((await newest('action=administrator.created'))['target'].id).toBe(back)
    expect((await newest('action=client.suspended'))['actor']).toEqual(gone)
  })

  it('names clients, APIs and roles, also those that are deleted', async () => {
    const role = await server.adminOk('POST', '/roles', { name: 'Readers', permissions: [] })
    const api = await server.api('https://gone.example')
    await server.adminOk('POST', `/clients/${client.id}/secrets`, {})
    const name = client.body['client_name']
    expect(await newest('action=secret.created')).toMatchObject({
      client_id: client.id,
      client_name: name,
    })
    for (const path of [`/roles/${role['role_id']}`, `/apis/${api['api_id']}`]) {
      await server.adminOk('DELETE', path)
    }
    await server.adminOk('DELETE', `/clients/${client.id}`)
    const targets = await Promise.all(
      ['client', 'role', 'api'].map(
        async (kind) => (await newest(`action=${kind}.created`))['target'],
      ),
    )
    expect(targets).toEqual([
      { type: 'client', id: client.id, name, removed: true },
      { type: 'role', id: role['role_id'], name: 'Readers', removed: true },
      { type: 'api', id: api['api_id'], name: api['name'], removed: true },
    ])
    expect((await newest('action=secret.created'))['client_name']).toBe(name)
  })

  it('has no names for a token that may not list clients and administrators', async () => {
    const auditor = await server.client({ [ISSUER]: 'audit:read' })
    const reader = await server.client({ [ISSUER]: 'audit:read clients:read' })
    await server.suspend(client)
    await eventBy(await administrator())
    const filter = 'action=client.suspended'
    const bare = await newest(filter, await server.token(auditor))
    expect(Object.keys(bare['actor'])).toEqual(['type', 'id'])
    expect(bare).not.toHaveProperty('client_name')
    const whole = await newest(filter, await server.token(reader))
    expect(whole['actor'].name).toBe('ada@example.com')
  })

  it('names a client that brought along an id like those of other kinds', async () => {
    const ids = ['api_gateway', 'role_service', 'administrator_bot']
    const clients = ids.map((id) => imported({ client_id: id, client_name: `Of ${id}` }))
    await bring(server, clients)
    for (const id of ids) {
      const event = await newest(`client_id=${id}&action=client.created`)
      const target = { type: 'client', id, name: `Of ${id}` }
      expect(event).toMatchObject({ client_name: `Of ${id}`, target })
      await server.adminOk('DELETE', `/clients/${id}`)
      const gone = await newest(`client_id=${id}&action=client.deleted`)
      expect(gone['target']).toEqual({ ...target, removed: true })
    }
  })

  it('tells nobody by the name of a client whose id was brought along before it was refused', async () => {
    const { api_id: api } = await server.api('https://other.example')
    const rename = (from: string, to: string) =>
      env.DB.prepare('UPDATE portcullis_clients SET client_id = ? WHERE client_id = ?')
        .bind(to, from)
        .run()
    const bare = (id: string) => imported({ client_id: id, permissions: [], secret: null })
    await bring(server, [bare('a'), bare('b')])
    await rename('a', 'bootstrap')
    await rename('b', String(api))
    await server.admin('PUT', '/clients/bootstrap/suspension', {})
    const suspended = await newest('client_id=bootstrap')
    expect(suspended['actor']).toEqual({ type: 'bootstrap', id: 'bootstrap' })
    expect(suspended['client_name']).toBe('Nightly orders')
    const created = await newest('action=api.created')
    expect(created['target']).toEqual({ type: 'api', id: api, name: 'https://other.example' })
    await server.admin('PUT', `/clients/${api}/suspension`, {})
    const { client_name, target } = await newest(`client_id=${api}`)
    expect([client_name, target.type, target.name]).toEqual([
      'Nightly orders',
      'client',
      client_name,
    ])
  })

  it('no longer has a name that somebody had erased', async () => {
    const id = await administrator()
    await server.adminOk('DELETE', `/administrators/${id}`)
    await env.DB.prepare('DELETE FROM portcullis_former_names WHERE id = ?').bind(id).run()
    const target = { type: 'administrator', id }
    expect((await newest('action=administrator.created'))['target']).toEqual(target)
  })
})

describe('a client', () => {
  it('says who created it, by name, and in no further statement where that is the bootstrap token', async () => {
    const id = await administrator()
    await env.DB.prepare('UPDATE portcullis_clients SET created_by = ? WHERE client_id = ?')
      .bind(id, client.id)
      .run()
    const creator = async () => {
      const body = await server.adminOk('GET', `/clients/${client.id}`)
      return [body['created_by'], body['created_by_name'], body['created_by_removed']]
    }
    expect(await creator()).toEqual([id, 'ada@example.com', undefined])
    await server.adminOk('DELETE', `/administrators/${id}`)
    expect(await creator()).toEqual([id, 'ada@example.com', true])
    const other = await server.client()
    const { server: observed, seen } = observedServer()
    const body = await observed.adminOk('GET', `/clients/${other.id}`)
    expect(body).toMatchObject({ created_by: 'bootstrap' })
    expect(seen.texts.filter((text) => text.includes('former_names'))).toEqual([])
  })
})
