import { decodeJwt } from 'jose'
import { beforeEach, describe, expect, it } from 'vitest'
import { requireToken } from '../../../src/guard/index.ts'
import {
  ASSERTION_TYPE,
  assertionBy,
  type Signer,
  signerOf,
} from '../../support/assertions-by-keys.ts'
import { type ProofKey, proofKey, proofMaker } from '../../support/proofs.ts'
import { API, type Client, type Json, testServer, type TestServer } from '../../support/server.ts'
import { Hono } from 'hono'

// The checks of OpenID's suite for FAPI 2.0 with client credentials, private_key_jwt and DPoP, by what each
// is about: plan fapi2-security-profile-final-test-plan, fapi_profile=fapi_client_credentials_grant.

const URL_OF_API = `${API}/invoices`

// The guard remembers the keys of an issuer for longer than a test lasts.
let servers = 0
let issuer = ''
const urlOfTokens = () => `${issuer}/oauth/token`

let server: TestServer
let signer: Signer
let key: ProofKey
let id: string
let viewer: Client

beforeEach(async () => {
  issuer = `https://auth-${++servers}.example`
  server = testServer({ issuer, now: 1_800_000_000 })
  await server.api()
  signer ??= await signerOf('PS256')
  key ??= await proofKey('ES256')
  const client = await server.client({ [API]: 'invoices:read' }, { profile: 'fapi2' })
  id = client.id
  viewer = await server.client({ [API]: 'tokens:introspect' })
  await server.adminOk('POST', `/clients/${id}/keys`, { jwk: { ...signer.jwk, alg: 'PS256' } })
})

const makerFor = (method: string, url: string, token = 'none') =>
  proofMaker({ method, url, token, now: server.clock.now }, key)

type Sent = { claims?: Json; by?: Signer; fields?: Record<string, string>; without?: string[] }

/** A token request as the suite's client makes it, but for what is given. */
async function ask({ claims = {}, by = signer, fields = {}, without = [] }: Sent = {}) {
  const all = { aud: issuer, ...claims }
  const assertion = await assertionBy(by, id, server.clock.now, { claims: all, without })
  const proof = await (await makerFor('POST', urlOfTokens())).make()
  const usual = { grant_type: 'client_credentials', client_assertion_type: ASSERTION_TYPE }
  const response = await server.form(
    '/oauth/token',
    { ...usual, client_assertion: assertion, ...fields },
    undefined,
    { DPoP: proof },
  )
  return { status: response.status, body: await response.json<Json>() }
}

async function issued(): Promise<string> {
  return String((await ask()).body['access_token'])
}

/** The resource, behind the guard. */
function resource() {
  const fetcher = {
    fetch: (input: string) => server.send(new URL(input).pathname),
    introspect: (token: string) => server.introspect(token, viewer),
  }
  const options = { issuer, audience: API, fetcher, now: () => server.clock.now }
  return new Hono().get('/invoices', requireToken(options as never), (c) => c.text('in'))
}

async function visit(token: string, scheme = 'DPoP', changes = {}, proofs = 1) {
  const maker = await makerFor('GET', URL_OF_API, token)
  const made = await Promise.all(Array.from({ length: proofs }, () => maker.make(changes)))
  const headers = {
    Authorization: `${scheme} ${token}`,
    ...(proofs > 0 && { DPoP: made.join(', ') }),
  }
  return (await resource().request(URL_OF_API, { headers })).status
}

const ERROR = (error: string, status = 400) => ({ status, body: { error } })
const refused = ERROR('invalid_client', 401)

describe('fapi2-security-profile-final, client credentials', () => {
  it('discovery: what the profile needs is in the metadata', async () => {
    const metadata = await (
      await server.send('/.well-known/oauth-authorization-server')
    ).json<Json>()
    expect(metadata).toMatchObject({
      issuer,
      grant_types_supported: expect.arrayContaining(['client_credentials']),
      token_endpoint_auth_methods_supported: expect.arrayContaining(['private_key_jwt']),
      token_endpoint_auth_signing_alg_values_supported: expect.arrayContaining(['PS256', 'ES256']),
      dpop_signing_alg_values_supported: expect.arrayContaining(['PS256', 'ES256']),
    })
  })

  it('happy flow: a bound token, and the resource', async () => {
    const { status, body } = await ask()
    expect([status, body['token_type']]).toEqual([200, 'DPoP'])
    expect(decodeJwt(body['access_token'])['cnf']).toEqual({ jkt: key.jkt })
    expect(await visit(body['access_token'])).toBe(200)
  })

  it('the scheme at the resource in any case', async () => {
    const token = await issued()
    for (const scheme of ['dpop', 'DPOP', 'DPoP']) expect(await visit(token, scheme)).toBe(200)
  })

  it('downgrade: as Bearer, with a proof and without, and without a proof as DPoP', async () => {
    const token = await issued()
    expect(await visit(token, 'Bearer')).toBe(401)
    expect(await visit(token, 'Bearer', {}, 0)).toBe(401)
    expect(await visit(token, 'DPoP', {}, 0)).toBe(401)
  })

  it('two proofs', async () => {
    expect(await visit(await issued(), 'DPoP', {}, 2)).toBe(401)
  })

  it.each<[string, object]>([
    ['missing typ', { header: { typ: undefined } }],
    ['missing alg', { header: { alg: undefined } }],
    ['alg none', { header: { alg: 'none' } }],
    ['missing jwk', { header: { jwk: undefined } }],
    ['missing jti', { claims: { jti: undefined } }],
    ['missing htm', { claims: { htm: undefined } }],
    ['missing htu', { claims: { htu: undefined } }],
    ['missing iat', { claims: { iat: undefined } }],
    ['missing ath', { claims: { ath: undefined } }],
    ['wrong ath', { claims: { ath: 'a'.repeat(43) } }],
    ['another method', { claims: { htm: 'POST' } }],
    ['another URL', { claims: { htu: `${API}/other` } }],
    ['an hour old', { claims: { iat: 1_800_000_000 - 3600 } }],
    ['an hour ahead', { claims: { iat: 1_800_000_000 + 3600 } }],
    ['expired', { claims: { exp: 1_800_000_000 - 300 } }],
    ['not valid yet', { claims: { nbf: 1_800_000_000 + 300 } }],
  ])('a proof at the resource, %s', async (_, changes) => {
    expect(await visit(await issued(), 'DPoP', changes)).toBe(401)
  })

  it.each<[string, object]>([
    ['htu with a query', { claims: { htu: `${URL_OF_API}?a=b` } }],
    ['htu with a fragment', { claims: { htu: `${URL_OF_API}#a` } }],
    ['htu with its scheme in capitals', { claims: { htu: URL_OF_API.replace('https', 'HTTPS') } }],
    [
      'htu with its host in capitals',
      { claims: { htu: URL_OF_API.replace('example', 'EXAMPLE') } },
    ],
    ['iat 10 seconds ago', { claims: { iat: 1_800_000_000 - 10 } }],
    ['iat in 10 seconds', { claims: { iat: 1_800_000_000 + 10 } }],
  ])('a proof at the resource that passes, %s', async (_, changes) => {
    expect(await visit(await issued(), 'DPoP', changes)).toBe(200)
  })

  it('a proof that is used again at the resource', async () => {
    const token = await issued()
    const changes = { claims: { jti: 'the-same' } }
    expect([await visit(token, 'DPoP', changes), await visit(token, 'DPoP', changes)]).toEqual([
      200, 401,
    ])
  })

  it('client assertion: missing', async () => {
    const fields = { client_assertion: '', client_assertion_type: '', client_id: id }
    expect(await ask({ fields })).toMatchObject(refused)
  })

  it('client assertion: expired for five minutes', async () => {
    expect(await ask({ claims: { exp: server.clock.now - 300 } })).toMatchObject(refused)
  })

  it('client assertion: without sub', async () => {
    expect(await ask({ without: ['sub'] })).toMatchObject(refused)
  })

  it.each<[string, () => unknown]>([
    ['another server', () => 'https://other.example'],
    ['the token endpoint', urlOfTokens],
    ['a list with the issuer', () => [issuer]],
    ['a list with another beside the issuer', () => [issuer, 'https://other.example']],
  ])('client assertion: aud is %s', async (_, aud) => {
    expect(await ask({ claims: { aud: aud() } })).toMatchObject(refused)
  })

  it('client assertion: by RS256 of the same key', async () => {
    const rsa = await signerOf('RS256')
    expect(await ask({ by: rsa })).toMatchObject(refused)
    const added = await server.admin('POST', `/clients/${id}/keys`, {
      jwk: { ...rsa.jwk, alg: 'RS256' },
    })
    expect(added.status).toBe(409)
  })

  it('client assertion: used again', async () => {
    const claims = { jti: 'the-same' }
    expect((await ask({ claims })).status).toBe(200)
    expect(await ask({ claims })).toMatchObject(refused)
  })

  it('client_id of another client', async () => {
    const { id: other } = await server.client({})
    expect((await ask({ fields: { client_id: other } })).status).toBe(401)
  })
})
