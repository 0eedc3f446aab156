import { generateKeyPair, exportJWK } from 'jose'
import { describe, expect, it } from 'vitest'
import {
  bannerIn,
  brokenLinksIn,
  signIn,
  signInAs,
  WEIGHT_MAX,
  weightOf,
} from '../support/console.ts'
import { ISSUER, type Json, type TestServer, testServer } from '../support/server.ts'
import { clientFor } from '../support/workloads.ts'

const CUSTOM = { preset: 'custom', issuer: 'https://ci.example.com', name: 'Our CI' }

const textOf = (html: string) => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ')

async function world() {
  const server = testServer()
  await server.api()
  return { server, visitor: await signIn(server) }
}

const issuersOf = async (server: TestServer) =>
  (await server.adminOk('GET', '/issuers'))['data'] as Json[]

async function publicJwk(): Promise<Json> {
  const { publicKey } = await generateKeyPair('ES256', { extractable: true })
  return { ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256' }
}

describe('trusting an issuer', () => {
  it('takes what its platform says where nothing else is chosen', async () => {
    const { server, visitor } = await world()
    const page = await visitor.html('/issuers/new')
    expect(page).toContain('<option value="github">GitHub Actions</option>')
    expect(page).toMatch(/name="keys" value="discovery" checked=""/)
    expect(page).toMatch(/name="check_jti" value="" checked=""/)
    const fields = {
      preset: 'github',
      issuer: ' https://token.actions.githubusercontent.com ',
      name: '',
      keys: 'discovery',
      // As a browser without scripts sends the fields of the other ways.
      jwks_uri: '',
      jwks: '',
      audiences: '',
      check_jti: '',
    }
    const done = await visitor.post('/issuers', fields)
    expect([done.status, done.headers.get('location')]).toEqual([303, '/console/issuers'])
    const list = await visitor.follow(done)
    expect(bannerIn(list)).toBe('Now trusted: GitHub Actions.')
    expect(await issuersOf(server)).toMatchObject([
      { preset: 'github', jwks_uri: null, jwks: null, audiences: [], check_jti: true },
    ])
    const shown = `GitHub Actions By discovery ${ISSUER} is valid for up to 15 minutes and accepted once`
    expect(textOf(list)).toContain(shown)
    expect(await weightOf(server, list)).toBeLessThan(WEIGHT_MAX)
  })

  it.each<[string, Record<string, string>, Json]>([
    ['a URL', { keys: 'jwks_uri', jwks_uri: 'https://ci.example.com/keys', jwks: '{' }, {}],
    ['audiences', { audiences: ' a \r\n\r\nhttps://b.example\r\n' }, {}],
    ['once', { check_jti: 'yes' }, {}],
    ['several times', { check_jti: 'no' }, {}],
  ])('keeps %s', async (_, fields) => {
    const { server, visitor } = await world()
    expect((await visitor.post('/issuers', { ...CUSTOM, ...fields })).status).toBe(303)
    expect(await issuersOf(server)).toMatchObject([
      {
        name: 'Our CI',
        jwks_uri: fields['jwks_uri'] ?? null,
        audiences: fields['audiences'] ? ['a', 'https://b.example'] : [],
        check_jti: fields['check_jti'] === 'yes',
      },
    ])
  })

  it('takes a pasted set of keys, and lists how many it has', async () => {
    const { server, visitor } = await world()
    const jwk = await publicJwk()
    const jwks = JSON.stringify({ keys: [jwk] }, null, 2).replaceAll('\n', '\r\n')
    const done = await visitor.post('/issuers', { ...CUSTOM, keys: 'jwks', jwks })
    expect(textOf(await visitor.follow(done))).toContain('Pasted (1)')
    const [issuer] = await issuersOf(server)
    expect(issuer).toMatchObject({ jwks: { keys: [{ kid: 'one', x: jwk['x'] }] } })
  })

  it.each<[string, Record<string, string>, RegExp, string]>([
    ['no URL', { issuer: 'ci' }, /<input id="issuer"[^>]* aria-invalid/, 'must be an https URL'],
    [
      'a known host',
      { issuer: 'https://gitlab.com' },
      /<input id="issuer"[^>]* aria-inv/,
      'use that preset',
    ],
    ['no platform', { preset: 'x' }, /<select id="preset"[^>]* aria-invalid/, 'must be'],
    [
      'keys that are not there',
      { keys: 'jwks_uri' },
      /<input id="jwks_uri"[^>]* aria-inv/,
      'ASCII',
    ],
    [
      'keys inside',
      { keys: 'jwks_uri', jwks_uri: 'https://127.0.0.1/k' },
      /id="jwks_uri"[^>]* aria-inv/,
      'JWKS URL <bdi>',
    ],
    [
      'half a JWKS',
      { keys: 'jwks', jwks: '{"keys":' },
      /id="jwks"[^>]* aria-invalid/,
      'must be a JWKS',
    ],
    [
      'no key',
      { keys: 'jwks', jwks: '{"keys":[]}' },
      /id="jwks"[^>]* aria-invalid/,
      'must have a key',
    ],
    [
      'many audiences',
      { audiences: 'a\na\na\na\na\na' },
      /id="audiences"[^>]* aria-inv/,
      'at most 5',
    ],
  ])(
    'keeps what was typed, and says beside it what is wrong: %s',
    async (_, fields, field, why) => {
      const { server, visitor } = await world()
      const again = await visitor.post('/issuers', { ...CUSTOM, check_jti: 'no', ...fields })
      const page = await again.text()
      expect([again.status, page.includes(why)]).toEqual([400, true])
      expect(page).toMatch(field)
      expect(page).toContain('value="Our CI"')
      expect(brokenLinksIn(page)).toEqual([])
      expect(page).toMatch(/name="check_jti" value="no" checked=""/)
      if (fields['keys']) expect(page).toContain(`value="${fields['keys']}" checked=""`)
      if (fields['preset'] === undefined)
        expect(page).toContain('<option value="custom" selected="">')
      expect(await issuersOf(server)).toEqual([])
    },
  )

  it('never shows a private key again that was pasted by mistake', async () => {
    const { visitor } = await world()
    const { privateKey } = await generateKeyPair('ES256', { extractable: true })
    const jwk = await exportJWK(privateKey)
    const fields = { ...CUSTOM, issuer: 'ci', keys: 'jwks', jwks: JSON.stringify({ keys: [jwk] }) }
    const again = await visitor.post('/issuers', fields)
    expect([again.status, (await again.text()).includes(String(jwk.d))]).toEqual([400, false])
  })

  it('is refused for one that is trusted already', async () => {
    const { visitor } = await world()
    await visitor.post('/issuers', CUSTOM)
    const again = await visitor.post('/issuers', CUSTOM)
    expect([again.status, await again.text()]).toEqual([
      409,
      expect.stringContaining('This issuer is already registered.'),
    ])
  })
})

describe('a trusted issuer', () => {
  it('is deleted where no federated credential names it', async () => {
    const { server, visitor } = await world()
    expect(await visitor.html('/issuers')).toContain('No issuer is trusted.')
    const { issuer_id: id } = await server.adminOk('POST', '/issuers', CUSTOM)
    const rule = await clientFor(server, String(id), { subject: 'a' })
    const path = `/issuers/${id}/deletion`
    const fields = { version: '1', called: 'Our CI' }
    const used = await visitor.post(path, fields)
    expect([used.status, await used.text()]).toEqual([
      409,
      expect.stringContaining(
        '1 federated credential of a client names this issuer: delete it first.',
      ),
    ])
    expect(await (await visitor.post(path, fields)).text()).toContain('Not done. 1 federated')
    await server.adminOk('DELETE', `/clients/${rule.id}`)
    await server.adminOk('PATCH', `/issuers/${id}`, { max_lifetime: 60 })
    const stale = await visitor.post(path, fields)
    expect([stale.status, await stale.text()]).toEqual([
      412,
      expect.stringContaining('Somebody saved another version'),
    ])
    const done = await visitor.post(path, { ...fields, version: '2' })
    expect(bannerIn(await visitor.follow(done))).toBe('No longer trusted: Our CI.')
    expect(await issuersOf(server)).toEqual([])
  })

  it('is seen by who may only look, and neither added nor deleted', async () => {
    const { server } = await world()
    const { issuer_id: id } = await server.adminOk('POST', '/issuers', {
      ...CUSTOM,
      name: '<i>CI</i>',
    })
    const person = { email: 'viewer@example.com', access: 'view' }
    const { administrator_id } = await server.adminOk('POST', '/administrators', person)
    const viewer = await signInAs(server, String(administrator_id))
    const page = await viewer.html('/issuers')
    expect(page).toContain('<bdi class="name">&lt;i&gt;CI&lt;/i&gt;</bdi>')
    expect(page).toContain('aria-current="page">Workload issuers</a>')
    expect(page).not.toMatch(/Trust an issuer|\/deletion/)
    expect((await viewer.get('/issuers/new')).status).toBe(403)
    for (const path of ['/issuers', `/issuers/${id}/deletion`]) {
      expect((await viewer.post(path, { ...CUSTOM, version: '1' })).status).toBe(403)
    }
  })
})
