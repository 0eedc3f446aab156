import { beforeEach, expect, it } from 'vitest'
import { makeClientKey, PUBLIC_JWK } from '../../support/client-keys.ts'
import { API, type Json, testServer, type TestServer } from '../../support/server.ts'

const NOON = Date.UTC(2026, 10, 22, 12) / 1000

let server: TestServer
let client: string

/** Two of everything that a list shows. */
beforeEach(async () => {
  server = testServer({ now: NOON })
  client = (await server.client()).id
  await server.client()
  const ofClient = `/clients/${client}`
  for (const n of [1, 2]) {
    await server.api(`${API}/${n}`)
    const made: [string, Json][] = [
      ['/roles', { name: `Role ${n}`, permissions: [] }],
      ['/administrators', { email: `ada${n}@example.com`, access: 'view' }],
      ['/issuers', { issuer: `https://ci${n}.example.com`, algorithms: ['ES256'] }],
      [`${ofClient}/certificates`, { san_dns: `a${n}.example` }],
    ]
    for (const [path, body] of made) await server.adminOk('POST', path, body)
  }
  const [issuer] = (await server.adminOk('GET', '/issuers'))['data'] as Json[]
  for (const subject of ['first', 'second']) {
    const rule = { issuer_id: issuer?.['issuer_id'], subject }
    await server.adminOk('POST', `${ofClient}/federated-credentials`, rule)
  }
  await server.adminOk('POST', `${ofClient}/secrets`, {})
  await server.adminOk('POST', `${ofClient}/keys`, { jwk: PUBLIC_JWK })
  await server.adminOk('POST', `${ofClient}/keys`, {
    jwk: (await makeClientKey()).jwk,
  })
  await server.cron()
})

/** Each list by its path; what its cursors say that they are of, which a release must not change. */
const LISTS: [path: string, names: (client: string) => unknown[]][] = [
  ['/clients', () => ['clients', null, null, '-created_at']],
  ['/clients?sort=name', () => ['clients', null, null, 'name']],
  ['/clients?q=bill', () => ['clients', null, 'bill', '-created_at']],
  ['/apis', () => ['apis']],
  ['/roles', () => ['roles']],
  ['/administrators', () => ['administrators']],
  ['/issuers', () => ['issuers']],
  ['/signing-keys', () => ['signing-keys']],
  ['/clients/:id/secrets', (id) => ['secrets', id]],
  ['/clients/:id/keys', (id) => ['keys', id]],
  ['/clients/:id/certificates', (id) => ['certificates', id]],
  ['/clients/:id/federated-credentials', (id) => ['federated-credentials', id]],
  ['/audit-events', () => ['audit-events', null, null]],
  ['/audit-events?order=asc', () => ['audit-events', null, null, null, null, null, 'asc']],
  [
    '/audit-events?actor=bootstrap',
    () => ['audit-events', null, null, 'bootstrap', null, null, 'desc'],
  ],
  ['/audit-events/proofs', () => ['audit-events/proofs', null]],
]

const pathOf = (path: string, query: string) =>
  path.replace(':id', client) + (path.includes('?') ? '&' : '?') + query

const namesIn = (cursor: string): unknown =>
  (
    JSON.parse(
      new TextDecoder().decode(
        Uint8Array.fromBase64(cursor.split('.')[0] ?? '', { alphabet: 'base64url' }),
      ),
    ) as unknown[]
  )[0]

it('a cursor is of its list, goes on there, and ends with it', async () => {
  for (const [path, names] of LISTS) {
    const whole = await server.adminOk('GET', pathOf(path, 'limit=100'))
    const all = whole['data'] as Json[]
    const first = await server.adminOk('GET', pathOf(path, 'limit=1'))
    const cursor = String(first['next_cursor'])
    expect([path, namesIn(cursor)]).toEqual([path, names(client)])
    const second = await server.adminOk('GET', pathOf(path, `limit=1&cursor=${cursor}`))
    expect([path, first['data'], second['data']]).toEqual([path, [all[0]], [all[1]]])
    // As many as there are: there is no other page behind them.
    const exact = await server.adminOk('GET', pathOf(path, `limit=${all.length}`))
    expect([path, exact]).toEqual([path, { data: all, next_cursor: null }])
  }
})

it('a cursor is refused by every other list', async () => {
  const { next_cursor: cursor } = await server.adminOk('GET', '/apis?limit=1')
  for (const [path] of LISTS.filter(([of]) => of !== '/apis')) {
    const response = await server.admin('GET', pathOf(path, `cursor=${cursor}`))
    const { errors } = await response.json<Json>()
    const says = [{ field: 'cursor', detail: 'is not a cursor of this list' }]
    expect([path, response.status, errors]).toEqual([path, 400, says])
  }
})
