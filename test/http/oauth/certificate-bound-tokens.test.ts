import { decodeJwt } from 'jose'
import { describe, expect, it } from 'vitest'
import {
  addCertificate,
  ask,
  NOON,
  PROXY,
  startedWithCertificates,
  toldByProxy,
} from '../../support/client-certificates/server.ts'
import { type CertificateOf, derOf } from '../../support/client-certificates/presented.ts'
import { base64url, bytesOf } from '../../support/forged-signatures.ts'
import { proofKey, proofMaker } from '../../support/proofs.ts'
import { API, ISSUER, type Json, testServer } from '../../support/server.ts'

// RFC 8705 §3, and FAPI 2.0 Security Profile §5.3.2.1 for tokens. A proxy reports the certificates: these
// tests run beyond workerd, too.

const BOUND = { tls_client_certificate_bound_access_tokens: true }

async function thumbprint(name: CertificateOf): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', bytesOf(derOf(name)))
  return base64url(new Uint8Array(digest))
}

async function tokenIn(response: Response) {
  const body: Json = await response.json()
  return Object.assign(body, { status: response.status, cnf: cnfOf(body['access_token']) })
}

const cnfOf = (token?: string) => (token === undefined ? undefined : decodeJwt(token)['cnf'])

describe('a client whose tokens are bound to its certificate', () => {
  it('gets them as Bearer, with the thumbprint in the token and in introspection', async () => {
    const { server, client } = await startedWithCertificates(PROXY)
    await server.adminOk('PATCH', `/clients/${client.id}`, BOUND)
    const answer = await tokenIn(await ask(server, client, { headers: toldByProxy('exports') }))
    const cnf = { 'x5t#S256': await thumbprint('exports') }
    expect(answer).toMatchObject({ status: 200, token_type: 'Bearer', cnf })
    const viewer = await server.client({ [ISSUER]: 'tokens:introspect' })
    const seen = await server.introspect(answer['access_token'], viewer)
    expect(seen).toMatchObject({ active: true, token_type: 'Bearer', cnf })
  })

  it('binds a token by secret to the certificate of the connection, and issues none without one', async () => {
    const server = testServer({ now: NOON, ...PROXY })
    await server.api()
    const client = await server.client({ [API]: 'invoices:read' }, BOUND)
    expect(client.body['bound_since']).not.toBeNull()
    const form = { client_secret: client.secret }
    const self = await ask(server, client, { form, headers: toldByProxy('self') })
    expect(await tokenIn(self)).toMatchObject({ cnf: { 'x5t#S256': await thumbprint('self') } })
    const without = await tokenIn(await ask(server, client, { form }))
    expect(without).toMatchObject({ status: 400, error: 'invalid_request' })
    const headers = toldByProxy('self', { verified: 'FAILED:certificate revoked' })
    expect((await ask(server, client, { form, headers })).status).toBe(400)
  })

  it('may be bound to a key as well', async () => {
    const { server, client } = await startedWithCertificates(PROXY)
    await server.adminOk('PATCH', `/clients/${client.id}`, { ...BOUND, require_dpop: true })
    const request = { method: 'POST', url: `${ISSUER}/oauth/token`, token: 'none', now: NOON }
    const maker = await proofMaker(request, await proofKey())
    const certificate = toldByProxy('exports')
    const answer = await tokenIn(
      await ask(server, client, { headers: { ...certificate, DPoP: await maker.make() } }),
    )
    const cnf = { jkt: maker.key.jkt, 'x5t#S256': await thumbprint('exports') }
    expect(answer).toMatchObject({ token_type: 'DPoP', cnf })
    expect((await tokenIn(await ask(server, client, { headers: certificate })))['error']).toBe(
      'invalid_dpop_proof',
    )
  })
})

describe('a token of a client with the profile fapi2', () => {
  async function held() {
    const server = testServer({ now: NOON, ...PROXY })
    await server.api()
    const client = await server.client({ [API]: 'invoices:read' }, { profile: 'fapi2' })
    await addCertificate(server, client, { san_dns: 'exports.example.com' })
    const request = { method: 'POST', url: `${ISSUER}/oauth/token`, token: 'none', now: NOON }
    const proofBy = async (alg: string) => (await proofMaker(request, await proofKey(alg))).make()
    return { server, client, proofBy, certificate: toldByProxy('exports') }
  }

  it('is bound to the certificate, or to the key of a proof', async () => {
    const { server, client, proofBy, certificate } = await held()
    expect(client.body['bound_since']).not.toBeNull()
    const cnf = { 'x5t#S256': await thumbprint('exports') }
    expect((await tokenIn(await ask(server, client, { headers: certificate })))['cnf']).toEqual(cnf)
    const headers = { ...certificate, DPoP: await proofBy('PS256') }
    const bound = await tokenIn(await ask(server, client, { headers }))
    expect(bound).toMatchObject({ token_type: 'DPoP', cnf: { jkt: expect.any(String) } })
  })

  it.each(['RS256', 'ES384'])('is not bound to a key for %s', async (alg) => {
    const { server, client, proofBy, certificate } = await held()
    const headers = { ...certificate, DPoP: await proofBy(alg) }
    expect(await tokenIn(await ask(server, client, { headers }))).toMatchObject({
      status: 400,
      error: 'invalid_dpop_proof',
    })
  })
})
