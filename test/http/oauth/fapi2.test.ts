import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { AssertionAlgorithm } from '../../../src/domain/public-key.ts'
import {
  addCertificate,
  ask as askByCertificate,
  NOON,
  withCertificate,
} from '../../support/client-certificates/server.ts'
import {
  ASSERTION_TYPE,
  assertionBy,
  clientWithKey,
  signerOf,
} from '../../support/assertions-by-keys.ts'
import { publisher } from '../../support/publisher.ts'
import { proofKey, proofMaker } from '../../support/proofs.ts'
import { API, ISSUER, type Json, testServer, type TestServer } from '../../support/server.ts'

// FAPI 2.0 Security Profile §5.3.2.1 and §5.4, for a client that is held to them.

let server: TestServer

afterEach(() => vi.restoreAllMocks())

beforeEach(async () => {
  server = testServer({ now: 1_800_000_000 })
  await server.api()
})

/** The profile demands bound tokens. */
async function askWithProof(at: TestServer, assertion: string) {
  const request = { method: 'POST', url: `${ISSUER}/oauth/token`, token: 'none' }
  const maker = await proofMaker({ ...request, now: at.clock.now }, await proofKey())
  const proof = { client_assertion_type: ASSERTION_TYPE, client_assertion: assertion }
  const fields = { grant_type: 'client_credentials', ...proof }
  return at.form('/oauth/token', fields, undefined, { DPoP: await maker.make() })
}

const holdToFapi = (id: string) => server.admin('PATCH', `/clients/${id}`, { profile: 'fapi2' })
async function refusalOf(response: Response) {
  const { status, detail } = await response.json<Json>()
  return [status, detail]
}

async function held(alg: AssertionAlgorithm = 'ES256') {
  const signer = await signerOf(alg)
  const client = await clientWithKey(server, signer)
  await server.adminOk('PATCH', `/clients/${client.id}`, { profile: 'fapi2' })
  return { signer, ...client }
}

describe('a client with the profile fapi2', () => {
  it.each(['ES256', 'PS256', 'EdDSA'] as const)('gets a token by %s', async (alg) => {
    const { signer, id } = await held(alg)
    const response = await askWithProof(server, await assertionBy(signer, id, server.clock.now))
    expect(response.status).toBe(200)
  })

  it('gets none that is not bound: without a proof or a certificate it is refused', async () => {
    const { signer, id } = await held()
    const client_assertion = await assertionBy(signer, id, server.clock.now)
    const refused = await server.form('/oauth/token', {
      grant_type: 'client_credentials',
      client_assertion_type: ASSERTION_TYPE,
      client_assertion,
    })
    expect([refused.status, await refused.json<Json>()]).toMatchObject([
      400,
      { error: 'invalid_dpop_proof' },
    ])
  })

  it('gets none where aud is a list, even of the issuer alone', async () => {
    const { signer, id } = await held()
    const made = (claims: Json) => assertionBy(signer, id, server.clock.now, { claims })
    const refused = await askWithProof(server, await made({ aud: [ISSUER] }))
    expect([refused.status, await refused.json()]).toEqual([
      401,
      {
        error: 'invalid_client',
        error_description:
          'The profile fapi2 of the client does not allow the credential that it used.',
      },
    ])
    expect((await askWithProof(server, await made({ aud: ISSUER }))).status).toBe(200)
  })

  it.each([
    ['introspect', 200],
    ['revoke', 200],
  ])('is held to it at /oauth/%s too', async (endpoint, allowed) => {
    const { signer, id } = await held()
    const ask = async (aud: unknown) => {
      const assertion = await assertionBy(signer, id, server.clock.now, { claims: { aud } })
      const proof = { client_assertion_type: ASSERTION_TYPE, client_assertion: assertion }
      return (await server.form(`/oauth/${endpoint}`, { token: 'x', ...proof })).status
    }
    expect([await ask([ISSUER]), await ask(ISSUER)]).toEqual([401, allowed])
  })

  it('gets one by a certificate', async () => {
    const asked = testServer({ now: NOON, mtlsHost: 'auth.example' })
    const client = await asked.client({ [API]: 'invoices:read' }, { profile: 'fapi2' })
    await addCertificate(asked, client, { san_dns: 'exports.example.com' })
    const response = await askByCertificate(asked, client, { cf: withCertificate('exports') })
    expect(response.status).toBe(200)
  })

  it.each([
    ['ES256', 200],
    ['RS256', 401],
  ])('by published keys for %s: %i', async (alg, status) => {
    const others = await publisher(alg)
    const key = await others.publish('first')
    const fields = { jwks_uri: others.published.jwksUri, profile: 'fapi2' }
    const { id } = await server.client({ [API]: 'invoices:read' }, fields)
    expect((await askWithProof(server, await key.sign(server, id))).status).toBe(status)
  })
})

describe('the profile fapi2 is refused', () => {
  it.each<[string, (id: string) => Promise<unknown>, string]>([
    ['a secret', (id) => server.adminOk('POST', `/clients/${id}/secrets`, {}), 'allows no secret'],
    [
      'a federated credential',
      async (id) => {
        const { data } = await server.adminOk('GET', '/issuers')
        const issuer = { issuer: 'https://ci.example' }
        const { issuer_id } = data[0] ?? (await server.adminOk('POST', '/issuers', issuer))
        const rule = { issuer_id, subject: 'workload-1' }
        await server.adminOk('POST', `/clients/${id}/federated-credentials`, rule)
      },
      'allows no federated credential',
    ],
    [
      'a key for RS256',
      async (id) => {
        const { jwk } = await signerOf('RS256')
        await server.adminOk('POST', `/clients/${id}/keys`, { jwk, algorithm: 'RS256' })
      },
      'allows only public keys for PS256, ES256, EdDSA',
    ],
    [
      'a key whose assertions last',
      async (id) => {
        const { jwk } = await signerOf('ES256')
        await server.adminOk('POST', `/clients/${id}/keys`, { jwk, replay: 'until_exp' })
      },
      'allows only public keys whose assertions are accepted once',
    ],
    [
      'a wider audience',
      (id) =>
        server.adminOk('PATCH', `/clients/${id}`, {
          assertion_audience: 'issuer_or_token_endpoint',
        }),
      'requires assertion_audience "issuer"',
    ],
  ])('beside %s, whichever comes first', async (_, add, why) => {
    const { id } = await server.client({}, { secret: null })
    await add(id)
    expect(await refusalOf(await holdToFapi(id))).toEqual([409, `The profile fapi2 ${why}.`])
    const strict = await server.client({}, { profile: 'fapi2' })
    // The error has the body of the refusal, as JSON.
    await expect(add(strict.id)).rejects.toThrow(JSON.stringify(`The profile fapi2 ${why}.`))
    const { profile } = await server.adminOk('GET', `/clients/${strict.id}`)
    expect(profile).toBe('fapi2')
  })

  it('to a new client that is to have a secret; left out, it gets none', async () => {
    const wanted = { client_name: 'Payments', profile: 'fapi2' }
    const refused = await server.admin('POST', '/clients', { ...wanted, secret: {} })
    expect((await refused.json<Json>())['errors']).toEqual([
      { field: 'profile', detail: 'allows no secret' },
    ])
    const made = await server.adminOk('POST', '/clients', wanted)
    expect([made['secrets'], made['client_secret']]).toEqual([[], undefined])
  })
})

it('the profile is dropped by null, is in the audit log, and goes with a copy', async () => {
  const { id } = await held()
  const copy = await server.adminOk('POST', `/clients/${id}/duplicates`, {})
  expect([copy['profile'], copy['secrets']]).toEqual(['fapi2', []])
  const after = await server.adminOk('PATCH', `/clients/${id}`, { profile: null })
  expect(after['profile']).toBeNull()
  const { data } = await server.adminOk('GET', `/audit-events?client_id=${id}`)
  expect(data[0].changes).toEqual({ profile: { from: 'fapi2', to: null } })
})

describe('a client that somebody put outside its profile', () => {
  it('can be suspended, resumed, and brought back; nothing more is added to it', async () => {
    const client = await server.client({})
    await env.DB.prepare("UPDATE portcullis_clients SET profile = 'fapi2' WHERE client_id = ?")
      .bind(client.id)
      .run()
    expect((await server.tokenRequest(client)).status).toBe(401)
    expect((await server.suspend(client)).status).toBe(200)
    await server.resume(client)
    const { jwk } = await signerOf('RS256')
    const path = `/clients/${client.id}`
    const [secret] = (await server.adminOk('GET', path))['secrets']
    await server.adminOk('DELETE', `${path}/secrets/${secret.secret_id}`)
    const added = await server.admin('POST', `${path}/keys`, { jwk, algorithm: 'RS256' })
    expect(added.status).toBe(409)
  })
})

it('a copy that is to have the profile gets no secret, whatever the original has', async () => {
  const { id } = await server.client({})
  const copy = await server.adminOk('POST', `/clients/${id}/duplicates`, { profile: 'fapi2' })
  expect([copy['profile'], copy['secrets']]).toEqual(['fapi2', []])
})
