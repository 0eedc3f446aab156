import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { watchedDatabase } from '../support/counting.ts'
import { derOf, pemOf, SELF_SIGNED, tlsOf } from '../support/client-certificates/presented.ts'
import {
  addCertificate,
  ask,
  NOON,
  startedWithCertificates,
  withCertificate,
} from '../support/client-certificates/server.ts'
import { API, type Json, testServer } from '../support/server.ts'

const DAY = 86_400

afterEach(() => vi.restoreAllMocks())

describe('a client with a certificate', () => {
  it.each(['exports', 'self'] as const)('gets a token: %s', async (name) => {
    const { server, client } = await startedWithCertificates()
    const response = await ask(server, client, { cf: withCertificate(name) })
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ token_type: 'Bearer', scope: 'invoices:read' })
  })

  it.each([
    { subject_dn: 'cn=exports, o=Example GmbH, c=DE' },
    { san_dns: 'EXPORTS.example.com' },
    { san_uri: 'spiffe://example.com/Exports' },
    { san_ip: '2001:DB8::7' },
    { san_ip: '192.0.2.7' },
    { san_email: 'Exports@EXAMPLE.com' },
  ])('is recognised by %j', async (name) => {
    const { server } = await startedWithCertificates()
    const other = await server.client({ [API]: 'invoices:read' }, { secret: null })
    await addCertificate(server, other, name)
    expect((await ask(server, other, { cf: withCertificate('exports') })).status).toBe(200)
  })

  it('is recognised by an exact one whatever CA issued it', async () => {
    const { server } = await startedWithCertificates()
    const other = await server.client({ [API]: 'invoices:read' }, { secret: null })
    await addCertificate(server, other, { pem: pemOf('nameless') })
    for (const verdict of [
      'SUCCESS',
      'FAILED:unable to get local issuer certificate',
      'FAILED:unable to verify the first certificate',
    ]) {
      const cf = tlsOf(derOf('nameless'), verdict)
      expect((await ask(server, other, { cf })).status).toBe(200)
    }
  })

  it('introspects and revokes with it, and rotates no secret', async () => {
    const { server, client } = await startedWithCertificates()
    const cf = withCertificate('exports')
    const { access_token: token } = await (await ask(server, client, { cf })).json<Json>()
    const post = (path: string) =>
      server.send(path, {
        method: 'POST',
        cf,
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ client_id: client.id, token: String(token) }).toString(),
      })
    const active = async () => (await post('/oauth/introspect')).json<Json>()
    expect(await active()).toMatchObject({ active: true, client_id: client.id })
    expect((await post('/oauth/revoke')).status).toBe(200)
    expect(await active()).toEqual({ active: false })
    expect(await (await post('/oauth/rotate')).json()).toMatchObject({
      error: 'unauthorized_client',
    })
  })

  it('costs one statement that reads, and notes the use behind the answer once a minute', async () => {
    const statements: string[] = []
    const counted = { DB: watchedDatabase(env.DB, (sql) => void statements.push(sql)) }
    const { server, client, byName } = await startedWithCertificates({ env: counted })
    await ask(server, client, { cf: withCertificate('exports') })
    statements.length = 0
    expect((await ask(server, client, { cf: withCertificate('exports') })).status).toBe(200)
    expect(statements).toHaveLength(1)
    expect(statements[0]).toMatch(/^SELECT/)
    const used = await server.adminOk('GET', `/clients/${client.id}/certificates/${byName}`)
    expect(used['last_used_at']).toBe('2026-11-22T12:00:00Z')
  })
})

const other = derOf('other')
const exports = derOf('exports')
const self = derOf('self')

const FORGED: [string, RequestInit['cf']][] = [
  ['no certificate', undefined],
  ['a connection without one', tlsOf('', 'NONE', { certPresented: '0', certRFC9440: '' })],
  ['one of the same CA for somebody else', tlsOf(other)],
  ['one that no CA is known for, by name', tlsOf(exports, SELF_SIGNED)],
  ['one whose chain failed', tlsOf(exports, 'FAILED')],
  ['one that TLS calls expired', tlsOf(exports, 'FAILED:certificate has expired')],
  ['an exact one that TLS calls expired', tlsOf(self, 'FAILED:certificate has expired')],
  ['an exact one that failed for no reason', tlsOf(self, 'FAILED')],
  ['a verdict that is not one', tlsOf(exports, 'success')],
  ['one that was verified and revoked', tlsOf(exports, 'SUCCESS', { certRevoked: '1' })],
  ['an exact one that was revoked', tlsOf(self, SELF_SIGNED, { certRevoked: '1' })],
  ['one that may be revoked', tlsOf(exports, 'SUCCESS', { certRevoked: undefined })],
  ['another with the same subject as an exact one', tlsOf(derOf('expired'), SELF_SIGNED)],
  ['two certificates', tlsOf(`${exports}:, :${exports}`)],
  ['too large a certificate', tlsOf('', 'SUCCESS', { certRFC9440: '', certRFC9440TooLarge: true })],
  ['a certificate that was left out', tlsOf('', 'SUCCESS', { certRFC9440: undefined })],
  ['a fingerprint alone', tlsOf('', 'SUCCESS', { certFingerprintSHA256: 'aa' })],
  ['garbage', tlsOf('AAAA')],
  ['base64 without its padding', tlsOf(exports.replace(/=*$/, 'A'))],
  ['one that is cut off', tlsOf(exports.slice(0, 400))],
]

it.each(FORGED)('is refused with %s', async (_, cf) => {
  const { server, client } = await startedWithCertificates()
  const response = await ask(server, client, { cf })
  expect(response.status).toBe(401)
  expect(await response.json()).toMatchObject({ error: 'invalid_client' })
})

describe('what is registered', () => {
  it.each([
    { subject_dn: 'C=DE,O=Example GmbH,CN=exports' },
    { subject_dn: 'CN=Exports,O=Example GmbH,C=DE' },
    { subject_dn: 'CN=exports,O=Example GmbH' },
    { subject_dn: 'CN=exports' },
    { san_dns: 'example.com' },
    { san_dns: 'spiffe' },
    { san_uri: 'dns:exports.example.com' },
    { san_uri: 'spiffe://example.com/exports' },
    { san_ip: '192.0.2.70' },
    { san_email: 'exports@example.com' },
  ])('counts letter for letter, and by its type: not %j', async (name) => {
    const { server } = await startedWithCertificates()
    const another = await server.client({ [API]: 'invoices:read' }, { secret: null })
    await addCertificate(server, another, name)
    expect((await ask(server, another, { cf: withCertificate('exports') })).status).toBe(401)
  })

  it('counts for its own client alone, and says the same to strangers', async () => {
    const { server, client } = await startedWithCertificates()
    const another = await server.client({ [API]: 'invoices:read' }, { secret: null })
    await addCertificate(server, another, { san_dns: 'other.example.com' })
    const answers = await Promise.all(
      [another.id, 'client_nobody', client.secret].map(async (id) =>
        (await ask(server, { id }, { cf: withCertificate('exports') })).text(),
      ),
    )
    expect(new Set(answers).size).toBe(1)
    expect((await ask(server, client, { cf: withCertificate('other') })).status).toBe(401)
  })

  it('works at once, and ends at once when it is deleted', async () => {
    const { server, client, byName } = await startedWithCertificates()
    expect((await ask(server, client, { cf: withCertificate('other') })).status).toBe(401)
    await addCertificate(server, client, { san_dns: 'other.example.com' })
    expect((await ask(server, client, { cf: withCertificate('other') })).status).toBe(200)
    expect((await ask(server, client, { cf: withCertificate('exports') })).status).toBe(200)
    await server.adminOk('DELETE', `/clients/${client.id}/certificates/${byName}`)
    expect((await ask(server, client, { cf: withCertificate('exports') })).status).toBe(401)
  })

  it('does not count where somebody wrote it into the database', async () => {
    const { server, client, byName } = await startedWithCertificates()
    await env.DB.prepare('UPDATE portcullis_secrets SET material = ? WHERE secret_id = ?')
      .bind(JSON.stringify({ by: 'san_dns', name: 'other.example.com' }), byName)
      .run()
    for (const name of ['other', 'exports'] as const) {
      expect((await ask(server, client, { cf: withCertificate(name) })).status).toBe(401)
    }
  })

  it('ends with its day where it has one', async () => {
    const { server } = await startedWithCertificates()
    const another = await server.client({ [API]: 'invoices:read' }, { secret: null })
    const name = { san_dns: 'exports.example.com', expires_on: '2026-11-23' }
    await addCertificate(server, another, name)
    const sent = { cf: withCertificate('exports') }
    expect((await ask(server, another, sent)).status).toBe(200)
    server.clock.now = NOON + 2 * DAY
    expect((await ask(server, another, sent)).status).toBe(401)
  })

  it.each([
    ['before its own dates', 'future', NOON],
    ['behind them', 'self', Date.UTC(2126, 0, 1) / 1000],
  ] as const)('is refused %s, whatever TLS says', async (_, name, now) => {
    const { server, client } = await startedWithCertificates()
    if (name === 'future') await addCertificate(server, client, { pem: pemOf('future') })
    server.clock.now = now
    expect((await ask(server, client, { cf: tlsOf(derOf(name)) })).status).toBe(401)
  })

  it('does not let a suspended client in', async () => {
    const { server, client } = await startedWithCertificates()
    await server.suspend(client)
    const sent = { cf: withCertificate('exports') }
    expect(await (await ask(server, client, sent)).text()).toContain('suspended')
    await server.resume(client)
    expect((await ask(server, client, sent)).status).toBe(200)
  })
})

describe('beside other credentials', () => {
  it('a certificate is not an attempt: the secret decides', async () => {
    const { server } = await startedWithCertificates()
    const client = await server.client({ [API]: 'invoices:read' })
    const form = { client_secret: client.secret }
    const cf = withCertificate('other')
    expect((await ask(server, client, { cf, form })).status).toBe(200)
    const headers = { Authorization: `Basic ${btoa(`${client.id}:${client.secret}`)}` }
    expect((await ask(server, client, { cf, headers })).status).toBe(200)
  })

  it('a right certificate does not make up for a wrong secret or assertion', async () => {
    const { server, client } = await startedWithCertificates()
    const cf = withCertificate('exports')
    const wrong: [Record<string, string>, Record<string, string>][] = [
      [{ client_secret: 'wrong' }, {}],
      [{ client_assertion: 'a.b.c' }, {}],
      [{ client_assertion_type: 'wrong' }, {}],
      [{}, { Authorization: `Basic ${btoa(`${client.id}:wrong`)}` }],
      [{}, { Authorization: 'Bearer x' }],
    ]
    for (const [form, headers] of wrong) {
      expect((await ask(server, client, { cf, form, headers })).status).not.toBe(200)
    }
  })

  it('needs a client_id', async () => {
    const { server } = await startedWithCertificates()
    const response = await ask(server, { id: '' }, { cf: withCertificate('exports') })
    expect(await response.json()).toMatchObject({
      error: 'invalid_client',
      error_description: 'Client authentication is missing.',
    })
  })
})

it('counts failures, and tells the log why and the caller nothing', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  const limits = { perClient: 3, perAddress: 3 }
  const { server, client } = await startedWithCertificates({ failureLimits: limits })
  const seen = new Set<string>()
  for (const cf of [tlsOf(other), tlsOf('AAAA'), tlsOf(exports, 'FAILED')]) {
    seen.add(await (await ask(server, client, { cf })).text())
  }
  expect(seen.size).toBe(1)
  const details = warn.mock.calls.map(([line]) => (JSON.parse(String(line)) as Json)['detail'])
  expect(details).toEqual(['unknown_client_or_certificate', 'malformed', 'refused_by_tls'])
  expect((await ask(server, client, { cf: tlsOf(other) })).status).toBe(429)
})

it('looks at no certificate where none is configured', async () => {
  const { client } = await startedWithCertificates()
  const response = await ask(testServer({ now: NOON }), client, { cf: withCertificate('exports') })
  expect(await response.json()).toMatchObject({
    error_description: 'Client authentication is missing.',
  })
})
