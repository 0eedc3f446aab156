import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import {
  bannerIn,
  brokenLinksIn,
  type ConsoleVisitor,
  signIn,
  WEIGHT_MAX,
  weightOf,
} from '../support/console.ts'
import { PUBLIC_JWK } from '../support/client-keys.ts'
import { API, ISSUER, type Json, type TestServer, testServer } from '../support/server.ts'

const NOW = Date.UTC(2026, 10, 22, 10, 0, 0) / 1000
const SECRET = /pc_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}/

async function visited(): Promise<{ server: TestServer; visitor: ConsoleVisitor }> {
  const server = testServer({ now: NOW })
  await server.api()
  return { server, visitor: await signIn(server) }
}

const FIELDS = {
  client_name: 'Nightly export',
  expires_on: '2027-01-31',
  remind: 'yes',
  label: 'Cron host',
}

async function clientsOf(server: TestServer): Promise<Json[]> {
  return (await server.adminOk('GET', '/clients'))['data']
}

describe('creating an API client', () => {
  it('says what each permission on the server itself is for', async () => {
    const page = await (await visited()).visitor.html('/clients/new')
    expect(page).toContain('<bdi>Introspect any token</bdi>')
    expect(page).not.toContain('Learn of every token')
  })

  it('shows its credentials in the answer, and nowhere else', async () => {
    const { server, visitor } = await visited()
    const response = await visitor.post('/clients', [
      ...Object.entries({ ...FIELDS, description: 'By night\r\nand day' }),
      ['access_token_lifetime', '600'],
      ['allow_self_rotation', 'yes'],
      ['tags', ' team:billing, env.prod  '],
      ['contacts', 'ops@example.com'],
      ['permissions', `${API} invoices:read`],
      ['permissions', `${API} tokens:introspect`],
    ])
    expect(response.status).toBe(201)
    expect(response.headers.get('cache-control')).toBe('no-store')
    const page = await response.text()
    const secret = SECRET.exec(page)?.[0] ?? ''
    const id = /<pre id="client-id"[^>]*>(client_\w{22})<\/pre>/.exec(page)?.[1] ?? ''
    expect(page).toContain(`<pre id="client-secret" tabindex="0">${secret}</pre>`)
    expect(page).toContain('You can’t see it again')
    expect(page).toContain(`CLIENT_SECRET=${secret}`)
    expect(page).toContain(`curl ${ISSUER}/oauth/token`)
    const [client] = await clientsOf(server)
    expect(client).toMatchObject({
      client_id: id,
      client_name: 'Nightly export',
      description: 'By night\nand day',
      access_token_lifetime: 600,
      allow_self_rotation: true,
      tags: ['team:billing', 'env.prod'],
      contacts: ['ops@example.com'],
      scope: 'invoices:read tokens:introspect',
      created_by: 'bootstrap',
      secrets: [{ expires_at: '2027-01-31T23:59:59Z', remind: true, label: 'Cron host' }],
    })
    const body = { id, secret, body: {} }
    expect((await server.tokenRequest(body)).status).toBe(200)
    for (const path of [
      '/clients',
      `/clients/${id}`,
      `/clients/${id}/details`,
      `/clients/${id}/access`,
    ]) {
      expect([path, SECRET.test(await visitor.html(path))]).toEqual([path, false])
    }
  })

  it('makes one client of a form that is sent twice, also when the client was deleted since', async () => {
    const { server, visitor } = await visited()
    const send = await visitor.fill('/clients', FIELDS)
    const both = await Promise.all([send(), send()])
    expect(new Set(both.map(({ status }) => status))).toEqual(new Set([201, 303]))
    const again = await send()
    const page = await visitor.follow(again)
    expect(page).toContain('you may not have seen the secret')
    const [{ client_id: id }] = (await clientsOf(server)) as [Json]
    expect(page).toContain(`href="/console/clients/${id}"`)
    expect(page).not.toMatch(SECRET)
    expect(await clientsOf(server)).toHaveLength(1)
    await server.adminOk('DELETE', `/clients/${id}`)
    const gone = await send()
    expect(gone.status).toBe(409)
    expect(await gone.text()).toContain('Already done, and deleted since')
    expect(await clientsOf(server)).toEqual([])
  })

  it('without a secret leads on to a public key, also where the form is sent again', async () => {
    const { server, visitor } = await visited()
    // Fields of a secret that a browser without scripts sends all the same.
    const fields = { ...FIELDS, credential: 'public_key', expires_on: '', label: 'bidi \u202e' }
    const send = await visitor.fill('/clients', fields)
    const all = [...(await Promise.all([send(), send()])), await send()]
    const [client, ...others] = await clientsOf(server)
    const path = `/clients/${client?.['client_id']}/keys/new`
    expect(others).toEqual([])
    expect(client).toMatchObject({ secrets: [], attention: [{}, { reason: 'no_credentials' }] })
    for (const one of all) {
      expect([one.status, one.headers.get('location')]).toEqual([303, `/console${path}`])
      const page = await visitor.follow(one)
      expect(bannerIn(page)).toBe('Created Nightly export.')
      expect(page).toContain('<h1>Add public key</h1>')
      expect(page).not.toMatch(SECRET)
    }
  })

  it('recommends the identity of a platform first, then a key, then a secret', async () => {
    const { server, visitor } = await visited()
    const page = await visitor.html('/clients/new')
    const offered = [...page.matchAll(/name="credential" value="(\w+)"/g)].map(([, value]) => value)
    expect(offered).toEqual(['workload', 'public_key', 'secret'])
    const fields = { ...FIELDS, credential: 'workload', expires_on: '' }
    const made = await (await visitor.fill('/clients', fields))()
    const [client] = await clientsOf(server)
    expect(client?.['secrets']).toEqual([])
    const path = `/console/clients/${client?.['client_id']}/workloads/new`
    expect(made.headers.get('location')).toBe(path)
    expect(bannerIn(await visitor.follow(made))).toBe('Created Nightly export.')
  })

  it('keeps the choice of a public key, and the fields of a secret as they begin', async () => {
    const { visitor } = await visited()
    const fields = { client_name: ' ', credential: 'public_key' }
    const page = await (await visitor.post('/clients', fields)).text()
    expect(page).toMatch(/name="credential" value="public_key" checked=""/)
    expect(page).toMatch(/name="expires_on"[^>]* value="2027-02-20"/)
    expect(page).toMatch(/name="remind"[^>]* checked/)
    expect(await visitor.html('/clients/new')).toMatch(
      /name="credential" value="secret" checked=""/,
    )
  })

  it('leads on to a certificate where one is chosen, and offers it where any is looked at', async () => {
    const server = testServer({ mtlsHost: 'auth.example' })
    const visitor = await signIn(server)
    expect(await visitor.html('/clients/new')).toContain('name="credential" value="certificate"')
    expect(await (await visited()).visitor.html('/clients/new')).not.toContain(
      'name="credential" value="certificate"',
    )
    const fields = { ...FIELDS, credential: 'certificate', expires_on: '' }
    const send = await visitor.fill('/clients', fields)
    const [one, again] = [await send(), await send()]
    const [client, ...others] = await clientsOf(server)
    const path = `/console/clients/${client?.['client_id']}/certificates/new`
    expect([others, client?.['secrets']]).toEqual([[], []])
    for (const { headers } of [one, again]) expect(headers.get('location')).toBe(path)
    expect(await visitor.follow(one)).toContain('<h1>Add certificate</h1>')
  })

  it('gives a duplicate of a client with certificates alone no secret either', async () => {
    const { server, visitor } = await visited()
    const original = await server.client({}, { secret: null })
    const name = { san_dns: 'exports.example.com' }
    await server.adminOk('POST', `/clients/${original.id}/certificates`, name)
    const page = await visitor.html(`/clients/${original.id}/duplicate`)
    expect(page).toMatch(/name="credential" value="certificate" checked=""/)
    expect(page).toContain('Certificates are not copied')
    const again = await visitor.post('/clients', { client_name: ' ', credential: 'certificate' })
    expect(await again.text()).toMatch(/name="credential" value="certificate" checked=""/)
  })

  it('gives a duplicate of a client with keys alone no secret either, and none of its keys', async () => {
    const { server, visitor } = await visited()
    const audience = { assertion_audience: 'issuer_or_token_endpoint' }
    const original = await server.client({}, { secret: null, ...audience })
    await server.adminOk('POST', `/clients/${original.id}/keys`, { jwk: PUBLIC_JWK })
    const page = await visitor.html(`/clients/${original.id}/duplicate`)
    expect(page).toMatch(/name="credential" value="public_key" checked=""/)
    expect(page).toContain('value="issuer_or_token_endpoint" checked=""')
    expect(page).toContain('Public keys are not copied')
  })

  it('makes another client of the same form with another text', async () => {
    const { server, visitor } = await visited()
    const token = await visitor.newFormToken()
    const first = await visitor.post('/clients', FIELDS, token)
    const second = await visitor.post('/clients', { ...FIELDS, client_name: 'Second' }, token)
    expect([first.status, second.status]).toEqual([201, 201])
    expect(await clientsOf(server)).toHaveLength(2)
  })

  it('keeps what was typed and ticked, and says beside each field what is wrong', async () => {
    const { server, visitor } = await visited()
    const response = await visitor.post('/clients', [
      ['client_name', '<b>bidi \u202e name</b>'],
      ['description', 'Kept "text" & more'],
      ['expires_on', '2026-11-21'],
      ['access_token_lifetime', '5'],
      ['permissions', `${API} invoices:write`],
      ['permissions', `${API} gone`],
    ])
    expect(response.status).toBe(400)
    const page = await response.text()
    expect(page).toContain('Not saved. Fix these 3 fields: ')
    expect(brokenLinksIn(page)).toEqual([])
    expect(page).toContain('value="&lt;b&gt;bidi \u202e name&lt;/b&gt;"')
    expect(page).toContain('Kept &quot;text&quot; &amp; more</textarea>')
    expect(page).toContain('Name <bdi>must have no control or bidirectional characters')
    expect(page).toContain('in seconds <bdi>must be a whole number of seconds from 60 to 43200')
    expect(page).toContain('Expiry date <bdi>must not be in the past (UTC)')
    expect(page).toMatch(/<details open=""/)
    expect(page).toContain(`value="${API} invoices:write" checked=""`)
    expect(page).toContain(`value="${API} invoices:read"/>`)
    expect(page).not.toMatch(/name="remind"[^>]* checked/)
    const second = await visitor.post('/clients', [
      ...Object.entries(FIELDS),
      ['permissions', `${API} gone`],
    ])
    const unknown = await second.text()
    expect(unknown).toContain('A chosen permission <bdi>is not a permission of an API')
    const third = await visitor.post('/clients', { ...FIELDS, expires_on: '2029-01-01' })
    expect(await third.text()).toContain(
      'Expiry date <bdi>must be at most 24 months from today (UTC)',
    )
    expect(await clientsOf(server)).toEqual([])
  })

  it('offers 90 days, at most 24 months, and the reminder as it is configured', async () => {
    const { visitor } = await visited()
    const page = await visitor.html('/clients/new')
    expect(page).toMatch(
      /name="expires_on"[^>]* value="2027-02-20" min="2026-11-22" max="2028-11-22"/,
    )
    expect(page).toContain('Latest date: 22 November 2028.')
    expect(page).toContain('14 days before it expires')
    expect(page).toMatch(/name="remind"[^>]* checked/)
    expect(page).not.toMatch(/name="allow_self_rotation"[^>]* checked/)
    expect(page).not.toContain('Public keys are not copied')
  })

  it('begins with what another client has, to duplicate it', async () => {
    const { server, visitor } = await visited()
    const role = await server.adminOk('POST', '/roles', {
      name: 'Reader',
      permissions: [{ audience: API, permission: 'invoices:read' }],
    })
    const original = await server.client(
      { [API]: 'invoices:write' },
      {
        client_name: 'Original',
        description: 'Mine',
        roles: [role['role_id']],
        secret: { remind: false },
        access_token_lifetime: 900,
        allow_self_rotation: true,
        tags: ['team:billing', 'prod'],
      },
    )
    const page = await visitor.html(`/clients/${original.id}/duplicate`)
    expect(page).toContain('value="Original (copy)"')
    expect(page).toContain('>Mine</textarea>')
    expect(page).toContain('value="900"')
    expect(page).toContain('value="team:billing prod"')
    expect(page).toMatch(/name="allow_self_rotation"[^>]* checked/)
    expect(page).toContain(`value="${role['role_id']}" checked=""`)
    expect(page).toContain(`value="${API} invoices:write" checked=""`)
    expect(page).not.toMatch(/name="remind"[^>]* checked/)
    expect((await visitor.get('/clients/client_none/duplicate')).status).toBe(404)
  })

  it('weighs at most 15 KiB with the style sheet, with 40 permissions to choose from', async () => {
    const server = testServer({ now: NOW })
    const names = Array.from({ length: 40 }, (_, n) => `thing${n}:read`)
    for (let api = 0; api < 4; api++) {
      await server.adminOk('POST', '/apis', {
        audience: `https://api${api}.example.com`,
        name: `API number ${api}`,
        permissions: names.slice(api * 10, api * 10 + 10).map((permission, n) => ({
          permission,
          description: `Read the things of kind ${n * 7919} of this API`,
          group: `Group ${n % 3}`,
        })),
      })
    }
    const page = await (await signIn(server)).html('/clients/new')
    expect(page.match(/name="permissions"/g)?.length).toBeGreaterThanOrEqual(40)
    expect(await weightOf(server, page)).toBeLessThanOrEqual(WEIGHT_MAX)
  })
})

it('a secret is nowhere in the database but as a keyed hash', async () => {
  const { visitor } = await visited()
  const page = await (await visitor.post('/clients', FIELDS)).text()
  const secret = SECRET.exec(page)?.[0] ?? ''
  const { results } = await env.DB.prepare('SELECT * FROM portcullis_secrets').all()
  const events = await env.DB.prepare('SELECT * FROM portcullis_audit_events').all()
  expect(JSON.stringify([results, events.results])).not.toContain(secret)
})
