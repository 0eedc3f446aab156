import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { faultyD1 } from '../../doubles/faults.ts'
import { bring, HASHED, ID, imported, importedClient, TEXT } from '../../support/imports.ts'
import { observedServer } from '../../support/observed-server.ts'
import { API, ISSUER, type Json, type TestServer, testServer } from '../../support/server.ts'

const NOW = Date.UTC(2026, 10, 22, 10) / 1000

let server: TestServer

beforeEach(async () => {
  server = testServer({ now: NOW })
  await server.api()
})

const clientNow = (id = ID) => server.adminOk('GET', `/clients/${encodeURIComponent(id)}`)

async function results(clients: Json[], key?: string): Promise<Json[]> {
  const response = await bring(server, clients, key === undefined ? {} : { key })
  const body = await response.json<Json>()
  expect([response.status, body]).toEqual([200, { results: expect.any(Array) }])
  return body['results']
}

describe('an import', () => {
  it('makes a client with the id, the access and the secret that it has elsewhere', async () => {
    const fields = { description: 'From Auth0', access_token_lifetime: 3600, tags: ['auth0'] }
    const sent = imported({ ...fields, secret: { text: TEXT, expires_on: '2027-01-31' } })
    expect(await results([sent])).toEqual([{ client_id: ID, outcome: 'created' }])
    const client = await clientNow()
    expect(client).toMatchObject({
      ...fields,
      client_id: ID,
      client_name: 'Nightly orders',
      scope: 'invoices:read',
      status: 'available',
      created_by: 'bootstrap',
      secrets: [
        {
          key_id: `imported:${ID}`,
          hint: 'Ap3O',
          expires_at: '2027-01-31T23:59:59Z',
          remind: true,
        },
      ],
    })
    const { data } = await server.adminOk('GET', `/audit-events?client_id=${ID}`)
    const reason = 'Imported from another server, with its id'
    expect(data).toMatchObject([{ action: 'client.created', client_id: ID, reason }])
  })

  it('gives its secret the usual days where none are asked for, and none where it has none', async () => {
    const jwks = { jwks_uri: 'https://client.example/jwks.json', secret: null }
    const all = [imported(), imported({ ...jwks, client_id: 'by-key' })]
    expect(await results(all)).toMatchObject([{ outcome: 'created' }, { outcome: 'created' }])
    const [secret] = (await clientNow())['secrets']
    expect(secret).toMatchObject({ expires_at: '2027-02-20T23:59:59Z' })
    expect(await clientNow('by-key')).toMatchObject({ secrets: [], jwks_uri: jwks.jwks_uri })
  })

  it('that comes again makes nothing twice, and changes nothing that exists', async () => {
    await results([imported()])
    await server.adminOk('PATCH', `/clients/${ID}`, { client_name: 'Renamed' })
    const before = await clientNow()
    const [again] = await results([imported({ secret: { text: `${TEXT}-another` } })])
    expect(again).toEqual({ client_id: ID, outcome: 'exists' })
    expect(await clientNow()).toEqual(before)
  })

  it('is carried out once for one Idempotency-Key, and told again as it is now', async () => {
    const [first] = await results([imported()], 'one')
    expect(first).toMatchObject({ outcome: 'created' })
    const again = await bring(server, [imported()], { key: 'one' })
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect(await again.json()).toEqual({ results: [{ client_id: ID, outcome: 'exists' }] })
    const other = await bring(server, [imported({ client_name: 'Other' })], { key: 'one' })
    expect(other.status).toBe(422)
  })

  it('says on a repeat that it made a client only where it did', async () => {
    const permissions = [{ audience: `${API}/2`, permission: 'orders:read' }]
    const all = [
      imported(),
      imported({ client_id: 'later', permissions }),
      imported({ client_id: 'gone' }),
    ]
    const outcomes = async () => (await results(all, 'one')).map((one) => one['outcome'])
    expect(await outcomes()).toEqual(['created', 'refused', 'created'])
    await server.api(`${API}/2`, 'orders:read')
    await server.adminOk('DELETE', '/clients/gone')
    expect(await outcomes()).toEqual(['exists', 'refused', 'refused'])
    const [, later, gone] = await results(all, 'one')
    expect(later?.['error'].detail).toContain('was carried out before')
    expect(gone?.['error'].detail).toContain('was deleted here')
    expect((await server.admin('GET', '/clients/later')).status).toBe(404)
    expect(await results(all, 'two')).toMatchObject([{}, { outcome: 'created' }, {}])
  })

  it('is as new for its key where each client was refused: nothing was done', async () => {
    const permissions = [{ audience: `${API}/2`, permission: 'orders:read' }]
    expect(await results([imported({ permissions })], 'one')).toMatchObject([
      { outcome: 'refused' },
    ])
    await server.api(`${API}/2`, 'orders:read')
    expect(await results([imported({ permissions })], 'one')).toMatchObject([
      { outcome: 'created' },
    ])
    expect(await clientNow()).toMatchObject({ scope: 'orders:read' })
  })

  it('judges each client by itself: one that is refused stops no other', async () => {
    const permissions = [{ audience: API, permission: 'none' }]
    const late = { text: TEXT, expires_on: '2030-01-01' }
    const all = [
      imported({ client_id: 'a', permissions }),
      imported({ client_id: 'b' }),
      imported({ client_id: 'c', secret: late }),
      imported({ client_id: 'd', roles: ['role_none'] }),
    ]
    const found = await results(all)
    expect(found.map(({ client_id, outcome }) => [client_id, outcome])).toEqual([
      ['a', 'refused'],
      ['b', 'created'],
      ['c', 'refused'],
      ['d', 'refused'],
    ])
    expect(found.flatMap(({ error }) => error?.errors?.[0]?.field ?? [])).toEqual([
      'permissions.0',
      'secret.expires_on',
      'roles.0',
    ])
    expect((await server.admin('GET', '/clients/a')).status).toBe(404)
  })

  it('makes a client that is found by the key ID of its secret, however long its id is', async () => {
    const id = 'x'.repeat(128)
    await results([imported({ client_id: id })])
    const { data } = await server.adminOk('GET', `/clients?key=imported:${id}`)
    expect(data).toMatchObject([{ client_id: id }])
  })

  it('INV-4: never uses the id of a client again that was deleted here', async () => {
    await results([imported()])
    await server.adminOk('DELETE', `/clients/${ID}`)
    const [refused] = await results([imported()])
    expect(refused).toMatchObject({ client_id: ID, outcome: 'refused' })
    expect(refused?.['error'].detail).toContain('was deleted here')
    const form = { grant_type: 'client_credentials' }
    const response = await server.form('/oauth/token', form, { id: ID, secret: TEXT })
    expect(response.status).toBe(401)
  })

  it('INV-4: gives no client the tokens of an earlier one that a restored database forgot', async () => {
    const client = await importedClient(server)
    const token = await server.token(client)
    const watcher = await server.client({ [API]: 'tokens:introspect' })
    await server.adminOk('DELETE', `/clients/${ID}`)
    await env.DB.prepare('DELETE FROM portcullis_deleted_clients').run()
    server.clock.now += 60
    await results([imported()])
    expect(await server.introspect(token, watcher)).toEqual({ active: false })
  })

  it('brings a hundred in as many statements as one, and keeps what each may do', async () => {
    const { server: watched, seen } = observedServer({ now: NOW })
    await watched.api(`${API}/2`, 'orders:read orders:write')
    const role = await watched.adminOk('POST', '/roles', {
      name: 'Writers',
      permissions: [{ audience: `${API}/2`, permission: 'orders:write' }],
    })
    const many = (from: number, count: number) =>
      Array.from({ length: count }, (_, i) =>
        imported({ client_id: `c-${from + i}`, roles: [role['role_id']] }),
      )
    await bring(watched, many(0, 1))
    seen.texts.length = 0
    await bring(watched, many(1, 1))
    const ofOne = seen.texts.length
    seen.texts.length = 0
    const response = await bring(watched, many(2, 100))
    expect(response.status).toBe(200)
    expect(seen.texts.length).toBe(ofOne)
    expect(await clientNow('c-101')).toMatchObject({
      scope: 'invoices:read orders:write',
      secrets: [{ hint: 'Ap3O' }],
    })
  })

  it('INV-8: leaves nothing behind where the commit fails, and may be sent again', async () => {
    const DB = faultyD1(env.DB, ({ texts }) =>
      texts.some((text) => text.includes('INSERT INTO portcullis_clients')) ? 'throws' : null,
    )
    const broken = testServer({ now: NOW, env: { DB } })
    expect((await bring(broken, [imported()])).status).toBe(503)
    expect((await server.admin('GET', `/clients/${ID}`)).status).toBe(404)
    expect(await results([imported()])).toMatchObject([{ outcome: 'created' }])
  })
})

describe('what an import may bring', () => {
  it.each<[string, Json, string]>([
    ['an id with a space', { client_id: 'a b' }, 'client_id'],
    ['an id with a slash', { client_id: 'https://a.example/b' }, 'client_id'],
    ['an id that begins with a dash', { client_id: '-rf' }, 'client_id'],
    ['an id that is a path', { client_id: '..' }, 'client_id'],
    ['an id that is no ASCII', { client_id: 'b\u00fccher' }, 'client_id'],
    ['an id with markup', { client_id: 'a"><script>' }, 'client_id'],
    ['an id that is too long', { client_id: 'a'.repeat(129) }, 'client_id'],
    ['an id as they are made here', { client_id: 'client_0123456789' }, 'client_id'],
    ['an id that addresses use', { client_id: 'bulk' }, 'client_id'],
    ['a short secret', { secret: { text: 'fifteen-letters' } }, 'secret.text'],
    ['a secret that is no ASCII', { secret: { text: '\u00e9'.repeat(20) } }, 'secret.text'],
    ['a long secret', { secret: { text: 'a'.repeat(513) } }, 'secret.text'],
    ['two secrets', { secret: { text: TEXT, hash: HASHED.hash } }, 'secret.text'],
    ['no secret in its place', { secret: {} }, 'secret.text'],
    ['a bcrypt hash', { secret: { hash: `$2b$10$${'a'.repeat(53)}` } }, 'secret.hash'],
    ['a costly hash', { secret: { hash: HASHED.hash.replace('25000', '100001') } }, 'secret.hash'],
    ['a name that is empty', { client_name: ' ' }, 'client_name'],
  ])('is not %s', async (_what, fields, field) => {
    const response = await bring(server, [imported({ client_id: 'fine' }), imported(fields)])
    const body = await response.json<Json>()
    expect(response.status).toBe(400)
    expect(body['errors']).toMatchObject([{ field: `clients.1.${field}` }])
    expect(JSON.stringify(body)).not.toContain(TEXT)
    expect((await server.admin('GET', '/clients/fine')).status).toBe(404)
  })

  it('is no secret that was made here', async () => {
    const { secret } = await server.client()
    const response = await bring(server, [imported({ secret: { text: secret } })])
    expect(await response.json()).toMatchObject({
      errors: [
        {
          field: 'clients.0.secret.text',
          detail: 'has the form of a secret that this server makes',
        },
      ],
    })
  })

  it('is one client once, and at most a hundred', async () => {
    const many = Array.from({ length: 101 }, (_, i) => imported({ client_id: `c-${i}` }))
    for (const clients of [[], [imported(), imported()], many]) {
      expect((await bring(server, clients)).status).toBe(400)
    }
  })

  it('is nothing by a token of a client, whatever its permissions', async () => {
    const manager = await server.client({ [ISSUER]: 'clients:manage audit:read' })
    const by = await server.token(manager, { resource: ISSUER })
    const response = await bring(server, [imported()], { by })
    expect(response.status).toBe(403)
    expect((await server.admin('GET', `/clients/${ID}`)).status).toBe(404)
  })
})
