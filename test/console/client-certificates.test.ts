import { describe, expect, it } from 'vitest'
import { pemOf } from '../support/client-certificates/presented.ts'
import {
  addCertificate,
  ask,
  NOON,
  withCertificate,
} from '../support/client-certificates/server.ts'
import {
  bannerIn,
  brokenLinksIn,
  type ConsoleVisitor,
  eventsIn,
  signIn,
  signInAs,
} from '../support/console.ts'
import { API, type Client, type Json, type TestServer, testServer } from '../support/server.ts'

const textOf = (html: string) => html.replaceAll(/<[^>]+>/g, '').replaceAll(/\s+/g, ' ')

type World = { server: TestServer; client: Client; visitor: ConsoleVisitor; path: string }
type Options = Parameters<typeof testServer>[0]

async function world(options: Options = { mtlsHost: 'auth.example' }): Promise<World> {
  const server = testServer({ now: NOON, ...options })
  await server.api()
  const client = await server.client({ [API]: 'invoices:read' }, { client_name: 'Export' })
  return { server, client, visitor: await signIn(server), path: `/clients/${client.id}` }
}

const certificatesOf = async ({ server, path }: World) =>
  (await server.adminOk('GET', path))['certificates'] as Json[]

describe('adding a certificate', () => {
  it('takes one as PEM, and the client gets a token with it', async () => {
    const all = await world()
    const { visitor, path, server, client } = all
    // As a browser sends the lines of a textarea, and the fields of the other choice without a script.
    const pem = `  ${pemOf('self').replaceAll('\n', '\r\n')}\r\n`
    const fields = { by: 'pem', pem, kind: 'san_dns', name: 'left-over', label: 'Export server' }
    const done = await visitor.post(`${path}/certificates`, { ...fields, expires_on: '' })
    expect([done.status, done.headers.get('location')]).toEqual([303, `/console${path}`])
    const page = await visitor.follow(done)
    expect(bannerIn(page)).toBe('Added certificate Export server.')
    const [{ certificate_id: id, subject, expires_at: end }] = (await certificatesOf(all)) as [Json]
    expect([subject, end]).toEqual(['CN=self', '2125-12-31T23:59:59Z'])
    expect(page).toContain(`href="/console${path}/certificates/${id}">How to use it</a>`)
    expect(textOf(page)).toContain('Export serverExact certificate CN=self')
    expect((await ask(server, client, { cf: withCertificate('self') })).status).toBe(200)
  })

  it.each([
    ['subject_dn', ' cn=exports, o=Example GmbH, c=DE ', 'Subject CN=exports,O=Example GmbH,C=DE'],
    ['san_dns', 'EXPORTS.example.com', 'DNS name exports.example.com'],
    ['san_uri', 'spiffe://example.com/Exports', 'URI spiffe://example.com/Exports'],
    ['san_ip', '2001:DB8::7', 'IP address 2001:db8::7'],
    ['san_email', 'Exports@EXAMPLE.com', 'Email address Exports@example.com'],
  ])('takes a name: %s', async (kind, name, shown) => {
    const { visitor, path, server, client } = await world()
    const done = await visitor.post(`${path}/certificates`, { by: 'name', kind, name, pem: '' })
    expect(done.status).toBe(303)
    expect(textOf(await visitor.follow(done))).toContain(`${shown}never`)
    expect((await ask(server, client, { cf: withCertificate('exports') })).status).toBe(200)
  })

  it('keeps the label, end and reminder of a name', async () => {
    const all = await world()
    await all.visitor.post(`${all.path}/certificates`, {
      by: 'name',
      kind: 'san_dns',
      name: 'exports.example.com',
      label: 'Batch',
      expires_on: '2027-01-31',
      remind: 'yes',
    })
    const [certificate] = await certificatesOf(all)
    expect(certificate).toMatchObject({
      label: 'Batch',
      expires_at: '2027-01-31T23:59:59Z',
      remind: true,
      san_dns: 'exports.example.com',
    })
  })

  it('begins with one exact certificate, without an end, with a reminder', async () => {
    const { visitor, path } = await world()
    const page = await visitor.html(`${path}/certificates/new`)
    expect(page).toMatch(/name="by" value="pem" checked=""/)
    expect(page).toMatch(/name="expires_on"[^>]* value="" min="2026-11-22" max="2028-11-22"/)
    expect(page).toMatch(/name="remind"[^>]* checked/)
    expect(page).toContain('openssl req -x509')
    expect(page).not.toContain('aren’t switched on')
  })
})

describe('a form for a certificate that is refused', () => {
  it.each([
    ['no PEM', 'ssh-ed25519 AAAA', 'Certificate <bdi>must be one PEM block that begins with'],
    ['nothing', '', 'Certificate <bdi>must be one PEM block that begins with'],
    [
      'half a PEM',
      '-----BEGIN CERTIFICATE-----\nMII',
      'Certificate <bdi>must be one PEM block that begins with',
    ],
    ['one that has expired', pemOf('expired'), 'Certificate <bdi>has expired'],
  ])('keeps what was typed, and says beside it what is wrong with %s', async (_, pem, problem) => {
    const all = await world()
    const fields = { by: 'pem', pem, label: 'Kept', remind: 'yes' }
    const again = await all.visitor.post(`${all.path}/certificates`, fields)
    const page = await again.text()
    expect([again.status, page.includes(problem)]).toEqual([400, true])
    expect(page).toMatch(/<textarea[^>]* aria-invalid="true"/)
    expect(page).toContain(pem.trim())
    expect(page).toContain('value="Kept"')
    expect(await certificatesOf(all)).toEqual([])
  })

  it.each([
    ['subject_dn', 'exports', 'Name <bdi>must be a distinguished name'],
    ['san_dns', '*.example.com', 'Name <bdi>must be a DNS name'],
    ['san_ip', '10.0.0.256', 'Name <bdi>must be an IP'],
    ['san_email', '', 'Name <bdi>must not be empty'],
    ['something else', 'exports', 'Name <bdi>must be a distinguished name'],
  ])('says it of a name as well: %s', async (kind, name, problem) => {
    const all = await world()
    const fields = { by: 'name', kind, name, label: 'Kept' }
    const again = await all.visitor.post(`${all.path}/certificates`, fields)
    const page = await again.text()
    expect([again.status, page.includes(problem)]).toEqual([400, true])
    expect(page).toMatch(/<input id="name" name="name"[^>]* aria-invalid="true"/)
    expect(page).toContain('Fix this field: <a href="#name">Name</a>')
    expect(brokenLinksIn(page)).toEqual([])
    expect(page).toContain(`value="${name}"`)
    expect(page).toMatch(/name="by" value="name" checked=""/)
    expect(page).not.toMatch(/name="remind"[^>]* checked/)
    expect(await certificatesOf(all)).toEqual([])
  })

  it('reports all fields at once, and an end that an exact certificate has already', async () => {
    const all = await world()
    const post = (fields: Record<string, string>) =>
      all.visitor.post(`${all.path}/certificates`, { by: 'pem', ...fields })
    const wrong = await post({ pem: '', label: 'bidi \u202e', expires_on: '2026-11-21' })
    const page = await wrong.text()
    expect(page).toContain('Certificate <bdi>must be one PEM block that begins with')
    expect(page).toContain('Label <bdi>must have no control or bidirectional characters')
    expect(page).toContain('Expiry date <bdi>must not be in the past (UTC)')
    const ended = await post({ pem: pemOf('self'), expires_on: '2027-01-31' })
    expect(await ended.text()).toContain('Expiry date <bdi>must not be sent beside pem')
    expect(await certificatesOf(all)).toEqual([])
  })

  it('never shows a private key again that was pasted by mistake', async () => {
    const all = await world()
    const pem = '-----BEGIN PRIVATE KEY-----\nMHcCAQEEIOnly\n-----END PRIVATE KEY-----'
    const fields = { by: 'pem', pem: pem + pemOf('self'), label: 'Kept' }
    const again = await all.visitor.post(`${all.path}/certificates`, fields)
    const page = await again.text()
    expect([again.status, page.includes('MHcCAQEEIOnly')]).toEqual([400, false])
    expect(page).toContain('Certificate <bdi>must be only a certificate: this has a private key')
    expect(page).toContain('value="Kept"')
  })

  it('refuses one that the client has, an eleventh, and one for a client that is gone', async () => {
    const { server, client, visitor, path } = await world()
    await addCertificate(server, client, { san_dns: 'n0.example' })
    const named = (name: string) => ({ by: 'name', kind: 'san_dns', name })
    const same = await visitor.post(`${path}/certificates`, named('n0.example'))
    expect(same.status).toBe(409)
    expect(await same.text()).toContain('The client already has this certificate.')
    const gone = await visitor.post('/clients/client_none/certificates', named('n1.example'))
    expect(gone.status).toBe(404)
    for (let n = 1; n < 10; n++) await addCertificate(server, client, { san_dns: `n${n}.example` })
    expect(await visitor.html(path)).not.toContain('Add certificate')
    const eleventh = await visitor.post(`${path}/certificates`, named('n10.example'))
    expect(await eleventh.text()).toContain('A client has at most 10 certificates: delete one.')
  })

  it('says of a form that is sent again that its certificate was deleted since', async () => {
    const all = await world()
    const fields = { by: 'name', kind: 'san_dns', name: 'n0.example' }
    const send = await all.visitor.fill(`${all.path}/certificates`, fields)
    await send()
    const [one] = await certificatesOf(all)
    await all.server.adminOk('DELETE', `${all.path}/certificates/${one?.['certificate_id']}`)
    const again = await send()
    expect(again.status).toBe(409)
    expect(await again.text()).toContain('Already done, and deleted since')
    expect(await certificatesOf(all)).toEqual([])
  })
})

describe('a certificate', () => {
  it.each<[string, Options, string]>([
    ['its own host', { mtlsHost: 'mtls.auth.example' }, 'https://mtls.auth.example/oauth/token'],
    ['the issuer', { mtlsHost: 'auth.example' }, 'https://auth.example/oauth/token'],
  ])('has a page that says how a token is asked for at %s', async (_, options, endpoint) => {
    const { server, client, visitor, path } = await world(options)
    const id = await addCertificate(server, client, { pem: pemOf('self') })
    const page = await visitor.html(`${path}/certificates/${id}`)
    expect(page).toContain(`curl ${endpoint} \\\n  --cert client.pem --key client-key.pem`)
    expect(page).toContain(`fetch(&#39;${endpoint}&#39;`)
    expect(page).toContain(`requests.post(\n    &quot;${endpoint}&quot;`)
    expect(page.match(new RegExp(client.id, 'g'))?.length).toBeGreaterThan(3)
    expect(textOf(page)).toContain('SubjectCN=selfThumbprint (SHA-256)')
    expect(page).toContain('self_signed_tls_client_auth')
    expect(page).not.toContain('aren’t switched on')
    const named = await addCertificate(server, client, { san_uri: 'spiffe://example.com/a' })
    const second = await visitor.html(`${path}/certificates/${named}`)
    expect(textOf(second)).toContain('URIspiffe://example.com/aExpiresnever')
    expect(second).toContain('(tls_client_auth, RFC 8705)')
  })

  it('has a page that says what is missing where certificates are not switched on', async () => {
    const { server, client, visitor, path } = await world({})
    const id = await addCertificate(server, client, { pem: pemOf('nameless') })
    for (const page of [`${path}/certificates/${id}`, `${path}/certificates/new`]) {
      const text = textOf(await visitor.html(page))
      expect(text).toContain('Certificates aren’t switched on in this deployment')
      expect(text).toMatch(/MTLS_HOST .* CLIENT_CERTIFICATE_PROXY_SECRET .*docs\/certificates\.md/)
    }
    expect(textOf(await visitor.html(`${path}/certificates/${id}`))).toContain('Subjectnone')
    const CLIENT_CERTIFICATE_PROXY_SECRET = 'a-secret-of-the-proxy-of-32-characters'
    const proxied = testServer({ now: NOON, env: { CLIENT_CERTIFICATE_PROXY_SECRET } })
    const page = await (await signIn(proxied)).html(`${path}/certificates/${id}`)
    expect(page).not.toContain('aren’t switched on')
  })

  it('expires, and says so before: in the list, on its client and in its table', async () => {
    const { server, client, visitor, path } = await world()
    await addCertificate(server, client, { san_dns: 'n0.example', expires_on: '2026-11-25' })
    expect(textOf(await visitor.html(path))).toContain('Certificate n0.example expires in 3 days.')
    server.clock.now += 4 * 86_400
    const later = await signIn(server)
    const page = await later.html(path)
    expect(textOf(page)).toContain('Certificate n0.example expired')
    expect(page).toMatch(/<bdi>n0\.example<\/bdi>[^]*?class="status bad"/)
    expect(await later.html('/clients')).toContain('title="Certificate n0.example expired')
  })

  it('is deleted as it was seen, and warned of where nothing else works', async () => {
    const all = await world()
    const { server, client, visitor, path } = all
    const id = await addCertificate(server, client, { san_dns: 'n0.example', label: 'CI' })
    const deletion = `${path}/certificates/${id}/deletion`
    expect(await visitor.html(deletion)).not.toContain('It is the last credential that works')
    const asked = await visitor.html(`${path}/deletion`)
    expect(textOf(asked)).toContain('its credentials: 1 secret, 1 certificate.')
    const [secret] = (await server.adminOk('GET', path))['secrets'] as Json[]
    await server.adminOk('DELETE', `${path}/secrets/${secret?.['secret_id']}`)
    expect(await visitor.html(path)).toMatch(/<h2>Certificates(?![^]*No credentials)/)
    const page = await visitor.html(deletion)
    expect(page).toContain('It is the last credential that works')
    const version = /name="version" value="(\d+)"/.exec(page)?.[1] ?? ''
    await server.adminOk('PATCH', path, { client_name: 'Renamed' })
    const stale = await visitor.post(deletion, { version, called: 'CI' })
    expect(stale.status).toBe(412)
    expect(await stale.text()).toContain('<bdi>Renamed</bdi></h1>')
    const again = await visitor.html(deletion)
    const newest = /name="version" value="(\d+)"/.exec(again)?.[1] ?? ''
    const done = await visitor.post(deletion, { version: newest, called: 'CI' })
    expect(bannerIn(await visitor.follow(done))).toBe('Deleted certificate CI.')
    expect(await visitor.html(path)).toContain('No credentials: this client can’t get tokens.')
    const gone = await visitor.get(`${path}/certificates/${id}`)
    expect([gone.status, await gone.text()]).toEqual([404, expect.stringContaining('was deleted')])
  })

  it('is in the activity, with a link to its client', async () => {
    const { server, client, visitor, path } = await world()
    const id = await addCertificate(server, client, { san_dns: 'n0.example' })
    await server.adminOk('DELETE', `${path}/certificates/${id}`)
    const page = await visitor.html('/activity')
    expect(eventsIn(page)).toContain('Certificate added by the bootstrap token')
    expect(page).toMatch(
      new RegExp(`Certificate deleted</summary>[^]*?href="/console${path}/activity"><bdi>Export`),
    )
    expect(await visitor.html('/activity?action=certificate.created')).toContain(id)
  })

  it('is seen by who may only look, and neither added nor deleted', async () => {
    const { server, client, path } = await world()
    const id = await addCertificate(server, client, { san_dns: 'n0.example', label: '<i>CI</i>' })
    const person = { email: 'viewer@example.com', access: 'view' }
    const { administrator_id } = await server.adminOk('POST', '/administrators', person)
    const viewer = await signInAs(server, String(administrator_id))
    const page = await viewer.html(path)
    expect(page).toContain('<bdi>&lt;i&gt;CI&lt;/i&gt;</bdi>')
    expect(page).not.toContain('Add certificate')
    expect(await viewer.html(`${path}/certificates/${id}`)).toContain('tls_client_auth')
    expect((await viewer.get(`${path}/certificates/new`)).status).toBe(403)
    for (const end of ['certificates', `certificates/${id}/deletion`]) {
      expect((await viewer.post(`${path}/${end}`, { version: '1' })).status).toBe(403)
    }
  })
})
