import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { pemOf } from '../../support/client-certificates/presented.ts'
import { NOON } from '../../support/client-certificates/server.ts'
import {
  type Client,
  ISSUER,
  type Json,
  type TestServer,
  testServer,
} from '../../support/server.ts'

async function started() {
  const server = testServer({ now: NOON })
  const client = await server.client({}, { secret: null })
  return { server, client, path: `/clients/${client.id}/certificates` }
}

/** As `admin`, with a header more. */
function send(server: TestServer, method: string, path: string, header: Json, body?: unknown) {
  return server.send(`/admin/v1${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${env.BOOTSTRAP_TOKEN}`,
      'Content-Type': 'application/json',
      ...header,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
}

const fieldsOf = async (response: Response) =>
  ((await response.json<Json>())['errors'] as Json[]).map(({ field }) => field as string)

describe('a certificate', () => {
  it('is one exact certificate where its PEM is sent, and ends when it says', async () => {
    const { server, path } = await started()
    const made = await server.admin('POST', path, { pem: pemOf('exports'), label: ' Exports ' })
    expect(made.status).toBe(201)
    const body = await made.json<Json>()
    expect(body).toEqual({
      certificate_id: expect.stringMatching(/^cert_[0-9A-Za-z]{16}$/),
      thumbprint: expect.stringMatching(/^[\w-]{43}$/),
      subject: 'CN=exports,O=Example GmbH,C=DE',
      label: 'Exports',
      created_at: '2026-11-22T12:00:00Z',
      created_by: 'bootstrap',
      expires_at: '2125-12-31T23:59:59Z',
      last_used_at: null,
      remind: true,
      reminded_at: null,
    })
    const at = made.headers.get('location') ?? ''
    expect(at).toBe(`${ISSUER}/admin/v1${path}/${body['certificate_id']}`)
    const found = await server.adminOk('GET', `${path}/${body['certificate_id']}`)
    expect(found).toEqual(body)
  })

  it('is all that have a name of a CA where the name is sent, in its one spelling', async () => {
    const { server, client, path } = await started()
    const sent: [string, string, string][] = [
      ['subject_dn', 'cn=a, 2.5.4.10=b', 'CN=a,O=b'],
      ['san_dns', 'A.Example.com', 'a.example.com'],
      ['san_uri', 'spiffe://a/B', 'spiffe://a/B'],
      ['san_ip', '2001:DB8:0::1', '2001:db8::1'],
      ['san_email', 'A@Example.com', 'A@example.com'],
    ]
    for (const [field, text, name] of sent) {
      const made = await server.adminOk('POST', path, { [field]: text, expires_on: '2027-01-31' })
      expect(made).toMatchObject({ [field]: name, expires_at: '2027-01-31T23:59:59Z' })
    }
    const { data } = await server.adminOk('GET', path)
    expect(data).toHaveLength(5)
    const { certificates, attention } = await server.adminOk('GET', `/clients/${client.id}`)
    expect(certificates).toEqual(data)
    expect(attention).toEqual([{ reason: 'no_permissions' }])
  })

  it('is needed of a client without other credentials, and attention when it ends', async () => {
    const { server, client, path } = await started()
    const attention = async () =>
      (await server.adminOk('GET', `/clients/${client.id}`))['attention'] as Json[]
    expect(await attention()).toContainEqual({ reason: 'no_credentials' })
    const name = { san_dns: 'a.example', expires_on: '2026-11-30' }
    const { certificate_id: id } = await server.adminOk('POST', path, name)
    const mark = { certificate_id: id, expires_at: '2026-11-30T23:59:59Z' }
    expect(await attention()).toContainEqual({ reason: 'certificate_expiring', ...mark })
    server.clock.now = NOON + 9 * 86_400
    expect(await attention()).toContainEqual({ reason: 'certificate_expired', ...mark })
    const { status } = await server.adminOk('GET', `/clients/${client.id}`)
    expect(status).toBe('expired')
  })

  it.each<[string, Json]>([
    ['pem', {}],
    ['pem', { pem: pemOf('self'), san_dns: 'a.example' }],
    ['pem', { san_dns: 'a.example', san_uri: 'urn:a:b' }],
    ['pem', { pem: 'x' }],
    ['pem', { pem: pemOf('expired') }],
    ['pem', { pem: `${pemOf('self')}${pemOf('ca')}` }],
    ['pem', { pem: 'x'.repeat(16_001) }],
    ['expires_on', { pem: pemOf('self'), expires_on: '2027-01-31' }],
    ['expires_on', { san_dns: 'a.example', expires_on: '2026-11-21' }],
    ['expires_on', { san_dns: 'a.example', expires_on: '2029-01-31' }],
    ['subject_dn', { subject_dn: 'CN = a, O = b' }],
    ['subject_dn', { subject_dn: '' }],
    ['subject_dn', { subject_dn: `CN=${'a'.repeat(1000)}` }],
    ['san_dns', { san_dns: '*.example.com' }],
    ['san_uri', { san_uri: 'example.com' }],
    ['san_ip', { san_ip: '192.0.2' }],
    ['san_email', { san_email: 'ada' }],
    ['thumbprint', { thumbprint: 'a' }],
    ['label', { san_dns: 'a.example', label: 'a'.repeat(101) }],
  ])('is refused where %s is wrong: %j', async (field, body) => {
    const { server, path } = await started()
    const response = await server.admin('POST', path, body)
    expect(response.status).toBe(400)
    expect(await fieldsOf(response)).toEqual([field])
  })

  it('is added once, and ten at most', async () => {
    const { server, path } = await started()
    const add = async (name: string) => (await server.admin('POST', path, { san_dns: name })).status
    expect(await add('a.example')).toBe(201)
    expect(await add('A.example')).toBe(409)
    expect((await server.admin('POST', path, { san_uri: 'urn:a:b' })).status).toBe(201)
    for (let i = 3; i <= 10; i++) expect(await add(`${i}.example`)).toBe(201)
    expect(await add('b.example')).toBe(409)
  })

  it('is deleted, once', async () => {
    const { server, path } = await started()
    const { certificate_id: id } = await server.adminOk('POST', path, { san_dns: 'a.example' })
    expect((await server.admin('DELETE', `${path}/${id}`)).status).toBe(204)
    expect((await server.admin('DELETE', `${path}/${id}`)).status).toBe(404)
    expect((await server.admin('GET', `${path}/${id}`)).status).toBe(404)
    expect((await server.adminOk('GET', path))['data']).toEqual([])
  })

  it('is not copied with its client', async () => {
    const { server, client, path } = await started()
    await server.adminOk('POST', path, { san_dns: 'a.example' })
    const copy = await server.adminOk('POST', `/clients/${client.id}/duplicates`, { secret: null })
    expect(copy['certificates']).toEqual([])
  })
})

describe('a change of certificates', () => {
  it('is an event of the audit log, with what was registered', async () => {
    const { server, client, path } = await started()
    const { certificate_id: id } = await server.adminOk('POST', path, { san_dns: 'a.example' })
    await server.admin('DELETE', `${path}/${id}`)
    const { data } = await server.adminOk('GET', `/audit-events?client_id=${client.id}`)
    const target = { type: 'certificate', id }
    expect((data as Json[]).slice(0, 2)).toMatchObject([
      { action: 'certificate.deleted', target },
      {
        action: 'certificate.created',
        target,
        changes: {
          san_dns: { from: null, to: 'a.example' },
          expires_at: { from: null, to: null },
        },
      },
    ])
  })

  it('is made once for one Idempotency-Key, and not again once it is gone', async () => {
    const { server, path } = await started()
    const add = () =>
      send(server, 'POST', path, { 'Idempotency-Key': 'a' }, { san_dns: 'a.example' })
    const [one, two] = [await add(), await add()]
    expect([one.status, two.status]).toEqual([201, 201])
    expect(two.headers.get('idempotency-replayed')).toBe('true')
    const body = await one.json<Json>()
    expect(await two.json()).toEqual(body)
    await server.admin('DELETE', `${path}/${body['certificate_id']}`)
    expect((await add()).status).toBe(410)
  })

  it('goes by If-Match', async () => {
    const { server, path } = await started()
    const etag = (await server.admin('GET', path)).headers.get('etag') ?? ''
    const add = (name: string) =>
      send(server, 'POST', path, { 'If-Match': etag }, { san_dns: name })
    expect((await add('a.example')).status).toBe(201)
    expect((await add('b.example')).status).toBe(412)
  })

  it('is not made by a client for itself, nor for one with rights here', async () => {
    const { server, client } = await started()
    const machine = await server.client({ [ISSUER]: 'clients:manage' })
    const powerful = await server.client({ [ISSUER]: 'clients:read' })
    const bearer = await server.token(machine)
    const add = async ({ id }: Client) =>
      (await server.admin('POST', `/clients/${id}/certificates`, { san_dns: 'a.b' }, bearer)).status
    expect(await add(machine)).toBe(403)
    expect(await add(powerful)).toBe(403)
    expect(await add(client)).toBe(201)
  })
})
