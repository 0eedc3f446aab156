import { beforeEach, describe, expect, it, vi } from 'vitest'
import { ADMIN_ROUTES } from '../../../src/http/admin/routes.ts'
import { PUBLIC_JWK } from '../../support/client-keys.ts'
import { unreachableNamespace } from '../../support/counting.ts'
import { API, ISSUER, type Json, testServer, type TestServer } from '../../support/server.ts'

const namesOf = (routes: typeof ADMIN_ROUTES) =>
  routes.map(({ method, path }) => `${method} ${path}`)

describe('a route', () => {
  it('needs If-Match, where that is configured, if it changes what its caller has read', () => {
    const either = (path: string) => [`PUT ${path}`, `DELETE ${path}`]
    const whole = (path: string) => [`PATCH ${path}`, `DELETE ${path}`]
    expect(namesOf(ADMIN_ROUTES.filter(({ conditional }) => conditional)).sort()).toEqual(
      [
        ...whole('/clients/:client_id'),
        'PUT /clients/:client_id/access',
        'DELETE /clients/:client_id/suspension',
        ...either('/clients/:client_id/roles/:role_id'),
        ...either('/clients/:client_id/permissions/:api_id/:permission'),
        'PATCH /clients/:client_id/secrets/:secret_id',
        ...whole('/apis/:api_id'),
        ...either('/apis/:api_id/permissions/:permission'),
        ...whole('/roles/:role_id'),
        ...either('/roles/:role_id/permissions/:api_id/:permission'),
        ...whole('/administrators/:administrator_id'),
        ...whole('/issuers/:issuer_id'),
      ].sort(),
    )
  })

  it('needs the right of a reader, an auditor, a manager or a person', () => {
    const persons = namesOf(ADMIN_ROUTES.filter(({ right }) => right === 'person')).sort()
    expect(persons).toEqual([
      'DELETE /administrators/:administrator_id',
      'DELETE /issuers/:issuer_id',
      'DELETE /signing-keys/:kid',
      'PATCH /administrators/:administrator_id',
      'PATCH /issuers/:issuer_id',
      'POST /administrators',
      'POST /audit-events/verification',
      'POST /client-imports',
      'POST /events-webhook/resend',
      'POST /events-webhook/test',
      'POST /issuers',
      'POST /reminders/test',
      'POST /signing-keys',
    ])
    for (const { method, path, right, onlyAsks } of ADMIN_ROUTES) {
      if (right === 'person') continue
      const isReading = method === 'GET' || onlyAsks === true
      const reader = path.startsWith('/audit-events') ? 'audit:read' : 'clients:read'
      expect([method, path, right]).toEqual([method, path, isReading ? reader : 'clients:manage'])
    }
  })

  it('that asks by a body is known as such', () => {
    expect(namesOf(ADMIN_ROUTES.filter(({ onlyAsks }) => onlyAsks))).toEqual([
      'POST /federation/diagnoses',
      'POST /credential-lookups',
    ])
  })
})

let server: TestServer
let client: string
beforeEach(async () => {
  server = testServer()
  await server.api()
  client = (await server.client()).id
})

/** Each kind of thing that is made, by its path, with the field of its id. */
const MADE: [path: string, id: string, body: Json, tag: string | null][] = [
  ['/clients', 'client_id', { client_name: 'Export' }, '"1"'],
  ['/clients/:id/secrets', 'secret_id', {}, null],
  ['/clients/:id/keys', 'key_id', { jwk: PUBLIC_JWK }, null],
  ['/clients/:id/certificates', 'certificate_id', { san_dns: 'a.example' }, null],
  ['/apis', 'api_id', { audience: 'https://new.example', name: 'New', permissions: [] }, '"1"'],
  ['/roles', 'role_id', { name: 'Reader', permissions: [] }, '"1"'],
  ['/administrators', 'administrator_id', { email: 'ada@example.com', access: 'view' }, '"1"'],
  ['/issuers', 'issuer_id', { issuer: 'https://ci.example.com', algorithms: ['ES256'] }, '"1"'],
]

it.each(MADE)('an answer of %s says where it is, and there it is', async (path, id, body, tag) => {
  const all = path.replace(':id', client)
  const answer = await server.admin('POST', all, body)
  const made = await answer.json<Json>()
  const at = `${ISSUER}/admin/v1${all}/${made[id]}`
  const said = [answer.status, answer.headers.get('location'), answer.headers.get('etag')]
  expect(said).toEqual([201, at, tag])
  const shown = await server.admin('GET', `${all}/${made[id]}`)
  const { secret: _once, client_secret: _too, ...rest } = made
  expect([shown.status, await shown.json()]).toEqual([200, rest])
  expect(shown.headers.get('etag')).toBe(tag ?? '"2"')
  expect(shown.headers.get('cache-control')).toBe('no-store')
  expect(shown.headers.get('x-content-type-options')).toBe('nosniff')
})

it('a duplicate and a signing key are where the others of their kind are', async () => {
  const copy = await server.admin('POST', `/clients/${client}/duplicates`, {})
  const { client_id: id } = await copy.json<Json>()
  expect(copy.headers.get('location')).toBe(`${ISSUER}/admin/v1/clients/${id}`)
  const key = await server.admin('POST', '/signing-keys', {})
  const { kid } = await key.json<Json>()
  expect(key.headers.get('location')).toBe(`${ISSUER}/admin/v1/signing-keys/${kid}`)
})

it('a path that is none is not found, and says so', async () => {
  const answer = await server.admin('GET', '/nothing')
  expect([answer.status, await answer.json()]).toEqual([
    404,
    {
      type: 'urn:portcullis:problem:not_found',
      title: 'Not found',
      status: 404,
      detail: 'There is nothing here.',
    },
  ])
})

it('signing keys are listed newest first', async () => {
  for (const _ of [1, 2]) {
    await server.cron()
    await server.admin('POST', '/signing-keys', {})
    server.clock.now += 3 * 86_400
  }
  const { data } = await server.adminOk('GET', '/signing-keys')
  const dates = (data as { created_at: string }[]).map((key) => key.created_at)
  expect(new Set(dates).size).toBeGreaterThan(1)
  expect(dates).toEqual(dates.toSorted().toReversed())
})

it('a change, and nothing else, tells the denylist what it could not be told before', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
  const out = testServer({ env: { DENYLIST: unreachableNamespace() } })
  await out.admin('PUT', `/clients/${client}/suspension`, {})
  const propagation = async () => (await server.adminOk('GET', `/clients/${client}`))['propagation']
  expect(await propagation()).toBe('pending')
  await server.admin('POST', '/roles', {})
  await server.admin('POST', '/credential-lookups', { text: client })
  expect(await propagation()).toBe('pending')
  await server.adminOk('POST', '/roles', { name: 'Reader', permissions: [] })
  expect(await propagation()).toBe('complete')
  vi.restoreAllMocks()
})

it('an answer to a change has the ETag of what it made', async () => {
  const of = `/clients/${client}`
  const secret = (await server.adminOk('GET', `${of}/secrets`))['data'][0].secret_id as string
  const changes: [method: string, path: string, body?: Json][] = [
    ['PATCH', of, { client_name: 'New' }],
    [
      'PUT',
      `${of}/access`,
      { roles: [], permissions: [{ audience: API, permission: 'invoices:read' }] },
    ],
    ['PUT', `${of}/suspension`, {}],
    ['DELETE', `${of}/suspension`],
    ['DELETE', `${of}/tokens`],
    ['PATCH', `${of}/secrets/${secret}`, { label: 'Old' }],
  ]
  for (const [method, path, body] of changes) {
    const answer = await server.admin(method, path, body)
    const read = await server.admin('GET', of)
    expect([method, path, answer.status, answer.headers.get('etag')]).toEqual([
      method,
      path,
      200,
      read.headers.get('etag'),
    ])
  }
  for (const list of ['secrets', 'keys', 'certificates', 'federated-credentials']) {
    const [read, whole] = [
      await server.admin('GET', `${of}/${list}`),
      await server.admin('GET', of),
    ]
    expect([list, read.headers.get('etag')]).toEqual([list, whole.headers.get('etag')])
  }
})
