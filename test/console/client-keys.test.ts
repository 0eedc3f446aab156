import { exportJWK, exportSPKI, generateKeyPair } from 'jose'
import * as oauth from 'oauth4webapi'
import { describe, expect, it } from 'vitest'
import {
  bannerIn,
  brokenLinksIn,
  type ConsoleVisitor,
  eventsIn,
  signIn,
  signInAs,
} from '../support/console.ts'
import { makeClientKey, PUBLIC_JWK } from '../support/client-keys.ts'
import {
  API,
  type Client,
  ISSUER,
  type Json,
  type TestServer,
  testServer,
} from '../support/server.ts'

const NOW = Date.UTC(2026, 10, 22, 10, 0, 0) / 1000

const textOf = (html: string) => html.replaceAll(/<[^>]+>/g, '').replaceAll(/\s+/g, ' ')

type World = { server: TestServer; client: Client; visitor: ConsoleVisitor; path: string }

async function world(now = NOW): Promise<World> {
  const server = testServer({ now })
  await server.api()
  const client = await server.client({ [API]: 'invoices:read' }, { client_name: 'Export' })
  return { server, client, visitor: await signIn(server), path: `/clients/${client.id}` }
}

const keysOf = async ({ server, path }: World) =>
  (await server.adminOk('GET', path))['keys'] as Json[]

const addKey = ({ server, path }: World, fields: Json = {}) =>
  server.adminOk('POST', `${path}/keys`, { jwk: PUBLIC_JWK, ...fields })

/** Asks for a token as the snippet on the page of the key does. */
async function tokenWith({ server, client }: World, privateKey: CryptoKey, kid: string) {
  const as = { issuer: ISSUER, token_endpoint: `${ISSUER}/oauth/token` }
  const caller = { client_id: client.id }
  const response = await oauth.clientCredentialsGrantRequest(
    as,
    caller,
    oauth.PrivateKeyJwt({ key: privateKey, kid }),
    new URLSearchParams(),
    {
      [oauth.customFetch]: (url, init) =>
        server.send(url.slice(ISSUER.length), { ...init, body: String(init.body) }),
    },
  )
  return oauth.processClientCredentialsResponse(as, caller, response)
}

describe('adding a public key', () => {
  it.each(['pem', 'jwk'] as const)(
    'takes a %s, and the client gets a token with it',
    async (kind) => {
      const all = await world(Math.floor(Date.now() / 1000))
      const { visitor, path } = all
      const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
      const jwk = JSON.stringify(await exportJWK(publicKey), null, 2)
      // As a browser sends the lines of a textarea.
      const key = (kind === 'jwk' ? jwk : await exportSPKI(publicKey)).replaceAll('\n', '\r\n')
      const done = await visitor.post(`${path}/keys`, { key: `  ${key}\r\n`, label: 'CI runner' })
      expect([done.status, done.headers.get('location')]).toEqual([303, `/console${path}`])
      const page = await visitor.follow(done)
      expect(bannerIn(page)).toBe('Added public key CI runner.')
      const [{ key_id: id, kid }] = (await keysOf(all)) as [Json]
      expect(page).toContain(`href="/console${path}/keys/${id}">How to use it</a>`)
      expect(page).toMatch(/<bdi>CI runner<\/bdi><\/a><p class="sub">ES256<\/p><\/th>[^]*?never/)
      expect((await tokenWith(all, privateKey, String(kid))).access_token).toMatch(/^ey/)
    },
  )

  it('keeps its label, end, reminder, replay and algorithm', async () => {
    const all = await world()
    const { publicKey } = await generateKeyPair('RS256', { extractable: true })
    await all.visitor.post(`${all.path}/keys`, {
      key: await exportSPKI(publicKey),
      label: 'Batch',
      expires_on: '2027-01-31',
      remind: 'yes',
      replay: 'until_exp',
      algorithm: 'PS256',
    })
    const [key] = await keysOf(all)
    expect(key).toMatchObject({
      label: 'Batch',
      expires_at: '2027-01-31T23:59:59Z',
      remind: true,
      replay: 'until_exp',
      algorithm: 'PS256',
    })
  })

  it('begins without an end, with a reminder, and accepts an assertion once', async () => {
    const all = await world()
    const page = await all.visitor.html(`${all.path}/keys/new`)
    expect(page).toMatch(/name="expires_on"[^>]* value="" min="2026-11-22" max="2028-11-22"/)
    expect(page).toMatch(/name="remind"[^>]* checked/)
    expect(page).toMatch(/name="replay" value="once" checked=""/)
    expect(page).toContain('openssl genpkey -algorithm EC')
    await all.visitor.post(`${all.path}/keys`, { key: JSON.stringify(PUBLIC_JWK) })
    const [key] = await keysOf(all)
    expect(key).toMatchObject({ label: '', expires_at: null, remind: false, replay: 'once' })
  })

  it.each([
    ['nothing', '', 'Public key <bdi>must be a JWK, which begins with {, or a PEM block'],
    [
      'a text',
      'ssh-ed25519 AAAA',
      'Public key <bdi>must be a JWK, which begins with {, or a PEM block',
    ],
    [
      'half a JWK',
      '{"kty": "EC"',
      'Public key <bdi>begins like a JWK, and must be JSON to its end',
    ],
    [
      'a set',
      `{"keys": [${JSON.stringify(PUBLIC_JWK)}]}`,
      'Public key <bdi>must be one JWK, not a set of them',
    ],
  ])('keeps what was typed, and says what is wrong with %s', async (_, key, problem) => {
    const all = await world()
    const fields = { key, label: 'bidi \u202e', expires_on: '2026-11-21', replay: 'until_exp' }
    const again = await all.visitor.post(`${all.path}/keys`, fields)
    expect(again.status).toBe(400)
    const page = await again.text()
    expect(page).toContain(problem)
    expect(page).toContain('Label <bdi>must have no control or bidirectional characters')
    expect(page).toContain('Expiry date <bdi>must not be in the past (UTC)')
    expect(page).toContain(`${key.replaceAll('"', '&quot;')}</textarea>`)
    expect(page).toMatch(/name="replay" value="until_exp" checked=""/)
    expect(page).not.toMatch(/name="remind"[^>]* checked/)
    expect(await keysOf(all)).toEqual([])
  })

  it.each([
    ['-----BEGIN CERTIFICATE-----', 'Public key <bdi>must be a PEM block that begins with'],
    ['{"kty":"EC","crv":"secp256k1"}', 'Public key <bdi>must be an EC key (P-256 or P-384)'],
  ])('says beside it why %s is not taken', async (key, problem) => {
    const all = await world()
    const again = await all.visitor.post(`${all.path}/keys`, { key })
    const page = await again.text()
    expect([again.status, page.includes(problem)]).toEqual([400, true])
    expect(page).toMatch(/<textarea[^>]* aria-invalid="true"/)
    expect(page).toContain('Fix this field: <a href="#key">Public key</a>')
    expect(brokenLinksIn(page)).toEqual([])
    expect(await keysOf(all)).toEqual([])
  })

  it('never shows a private key again that was pasted by mistake', async () => {
    const all = await world()
    const { privateKey } = await generateKeyPair('ES256', { extractable: true })
    const jwk = await exportJWK(privateKey)
    const pem = '-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIOnly\n-----END EC PRIVATE KEY-----'
    for (const [key, secret] of [
      [JSON.stringify(jwk), jwk.d],
      [pem, 'MHcCAQEEIOnly'],
    ] as const) {
      const again = await all.visitor.post(`${all.path}/keys`, { key, label: 'Kept' })
      const page = await again.text()
      expect([again.status, page.includes(String(secret))]).toEqual([400, false])
      expect(page).toMatch(
        /Public key <bdi>must be a public key: this one (is private|has private members)/,
      )
      expect(page).toContain('value="Kept"')
    }
  })

  it('refuses a key that the client has, an eleventh, and one for a client that is gone', async () => {
    const all = await world()
    await addKey(all)
    const same = await all.visitor.post(`${all.path}/keys`, { key: JSON.stringify(PUBLIC_JWK) })
    expect(same.status).toBe(409)
    expect(await same.text()).toContain('The client already has this key.')
    expect((await all.visitor.post('/clients/client_none/keys', { key: '{}' })).status).toBe(404)
    const named = async () => ({ ...(await makeClientKey()).jwk, kid: 'deploy' })
    const { key_id: id } = await addKey(all, { jwk: await named() })
    const namesake = await all.visitor.post(`${all.path}/keys`, {
      key: JSON.stringify(await named()),
    })
    expect(namesake.status).toBe(409)
    expect(await namesake.text()).toContain('The client has another key with this kid.')
    await all.server.adminOk('DELETE', `/clients/${all.client.id}/keys/${id}`)
    for (let n = 0; n < 9; n++) {
      await addKey(all, { jwk: (await makeClientKey()).jwk })
    }
    expect(await all.visitor.html(all.path)).not.toContain('Add public key')
    const key = JSON.stringify((await makeClientKey()).jwk)
    const eleventh = await all.visitor.post(`${all.path}/keys`, { key })
    expect(await eleventh.text()).toContain('A client has at most 10 public keys: delete one.')
  })

  it('says of a form that is sent again that its key was deleted since', async () => {
    const all = await world()
    const send = await all.visitor.fill(`${all.path}/keys`, { key: JSON.stringify(PUBLIC_JWK) })
    await send()
    const [key] = await keysOf(all)
    await all.server.adminOk('DELETE', `${all.path}/keys/${key?.['key_id']}`)
    const gone = await send()
    expect([gone.status, (await gone.text()).includes('Already done, and deleted since')]).toEqual([
      409,
      true,
    ])
    expect(await keysOf(all)).toEqual([])
  })
})

describe('a public key', () => {
  it('has a page that says how a token is asked for with it', async () => {
    const all = await world()
    const { key_id: id } = await addKey(all, { jwk: { ...PUBLIC_JWK, kid: `o'clock` } })
    const page = await all.visitor.html(`${all.path}/keys/${id}`)
    expect(page).toContain('kid: &quot;o&#39;clock&quot; })')
    expect(page).toContain(`client_id: &#39;${all.client.id}&#39;`)
    const text = textOf(page)
    expect(text).toContain(`iss, sub${all.client.id}aud${ISSUER}expwithin 5 minutes from now`)
    expect(text).toContain('jtia new one for each assertion')
    await all.server.adminOk('PATCH', all.path, { assertion_audience: 'issuer_or_token_endpoint' })
    const other = await addKey(all, { jwk: (await makeClientKey()).jwk, replay: 'until_exp' })
    const second = textOf(await all.visitor.html(`${all.path}/keys/${other['key_id']}`))
    expect(second).toContain(`aud${ISSUER}, or ${ISSUER}/oauth/tokenexpwithin 1 hour from now`)
    expect(second).toContain('jtioptional')
  })

  it('expires, and says so before: in the list, on its client and in its table', async () => {
    const all = await world()
    await addKey(all, { label: 'CI', expires_on: '2026-11-25' })
    expect(textOf(await all.visitor.html(all.path))).toContain('Public key CI expires in 3 days.')
    all.server.clock.now += 4 * 86_400
    const later = await signIn(all.server)
    const page = await later.html(all.path)
    expect(textOf(page)).toContain('Public key CI expired')
    expect(page).toMatch(/<bdi>CI<\/bdi>[^]*?class="status bad"/)
    expect(await later.html('/clients')).toContain('title="Public key CI expired')
  })

  it('is deleted as it was seen, and warned of where nothing else works', async () => {
    const all = await world()
    const { server, visitor, path } = all
    const { key_id: id } = await addKey(all, { label: 'CI' })
    const deletion = `${path}/keys/${id}/deletion`
    expect(await visitor.html(deletion)).not.toContain('It is the last credential that works')
    const [secret] = (await server.adminOk('GET', path))['secrets'] as Json[]
    await server.adminOk('DELETE', `${path}/secrets/${secret?.['secret_id']}`)
    expect(await visitor.html(path)).toMatch(/<h2>Public keys(?![^]*No credentials)/)
    const page = await visitor.html(deletion)
    expect(page).toContain('It is the last credential that works')
    const version = /name="version" value="(\d+)"/.exec(page)?.[1] ?? ''
    await server.adminOk('PATCH', path, { client_name: 'Renamed' })
    const stale = await visitor.post(deletion, { version, called: 'CI' })
    expect(stale.status).toBe(412)
    expect(await stale.text()).toContain('<bdi>Renamed</bdi></h1>')
    const again = await visitor.html(deletion)
    const newest = /name="version" value="(\d+)"/.exec(again)?.[1] ?? ''
    const fields = { version: newest, called: 'CI' }
    const done = await visitor.post(deletion, fields)
    expect(bannerIn(await visitor.follow(done))).toBe('Deleted public key CI.')
    expect(await visitor.html(path)).toContain('No credentials: this client can’t get tokens.')
    const gone = await visitor.get(`${path}/keys/${id}`)
    expect([gone.status, await gone.text()]).toEqual([404, expect.stringContaining('was deleted')])
  })

  it('is in the activity, with a link to its client', async () => {
    const all = await world()
    const { key_id: id } = await addKey(all)
    await all.server.adminOk('DELETE', `${all.path}/keys/${id}`)
    const page = await all.visitor.html('/activity')
    expect(eventsIn(page)).toContain('Public key added by the bootstrap token')
    expect(eventsIn(page)).toContain('Public key deleted by the bootstrap token')
    expect(page).toMatch(
      new RegExp(
        `Public key deleted</summary>[^]*?href="/console${all.path}/activity"><bdi>Export`,
      ),
    )
    expect(await all.visitor.html('/activity?action=public_key.created')).toContain(String(id))
  })

  it('is seen by who may only look, and neither added nor deleted', async () => {
    const all = await world()
    const { key_id: id } = await addKey(all, { label: '<i>CI</i>' })
    const person = { email: 'viewer@example.com', access: 'view' }
    const { administrator_id } = await all.server.adminOk('POST', '/administrators', person)
    const viewer = await signInAs(all.server, String(administrator_id))
    const page = await viewer.html(all.path)
    expect(page).toContain('<bdi>&lt;i&gt;CI&lt;/i&gt;</bdi>')
    expect(page).not.toContain('Add public key')
    expect(await viewer.html(`${all.path}/keys/${id}`)).toContain('private_key_jwt')
    expect((await viewer.get(`${all.path}/keys/new`)).status).toBe(403)
    for (const path of ['keys', `keys/${id}/deletion`]) {
      expect((await viewer.post(`${all.path}/${path}`, { version: '1' })).status).toBe(403)
    }
  })
})
