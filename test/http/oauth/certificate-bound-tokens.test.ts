import { decodeJwt } from 'jose'
import { describe, expect, it } from 'vitest'
import {
  addCertificate,
  ask,
  NOON,
  startedWithCertificates,
  withCertificate,
} from '../../support/client-certificates/server.ts'
import { derOf, tlsOf } from '../../support/client-certificates/presented.ts'
import { base64url, bytesOf } from '../../support/forged-signatures.ts'
import { proofKey, proofMaker } from '../../support/proofs.ts'
import { API, ISSUER, type Json, testServer } from '../../support/server.ts'

// RFC 8705 §3, and what the profile fapi2 demands of tokens (FAPI 2.0 Security Profile §5.3.2.1).

const BOUND = { tls_client_certificate_bound_access_tokens: true }

async function thumbprint(name: Parameters<typeof derOf>[0]): Promise<string> {
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
    const { server, client } = await startedWithCertificates()
    await server.adminOk('PATCH', `/clients/${client.id}`, BOUND)
    const answer = await tokenIn(await ask(server, client, { cf: withCertificate('exports') }))
    const cnf = { 'x5t#S256': await thumbprint('exports') }
    expect(answer).toMatchObject({ status: 200, token_type: 'Bearer', cnf })
    const viewer = await server.client({ [ISSUER]: 'tokens:introspect' })
    const seen = await server.introspect(answer['access_token'], viewer)
    expect(seen).toMatchObject({ active: true, token_type: 'Bearer', cnf })
  })

  it('binds a token by secret to the certificate of the connection, and issues none without one', async () => {
    const server = testServer({ now: NOON, mtlsHost: 'auth.example' })
    await server.api()
    const client = await server.client({ [API]: 'invoices:read' }, BOUND)
    expect(client.body['bound_since']).not.toBeNull()
    const form = { client_secret: client.secret }
    const self = await ask(server, client, { form, cf: withCertificate('self') })
    expect(await tokenIn(self)).toMatchObject({ cnf: { 'x5t#S256': await thumbprint('self') } })
    const without = await tokenIn(await ask(server, client, { form }))
    expect(without).toMatchObject({ status: 400, error: 'invalid_request' })
    const refused = tlsOf(derOf('self'), 'FAILED:certificate revoked')
    expect((await ask(server, client, { form, cf: refused })).status).toBe(400)
  })

  it('may be bound to a key as well', async () => {
    const { server, client } = await startedWithCertificates()
    await server.adminOk('PATCH', `/clients/${client.id}`, { ...BOUND, require_dpop: true })
    const request = { method: 'POST', url: `${ISSUER}/oauth/token`, token: 'none', now: NOON }
    const maker = await proofMaker(request, await proofKey())
    const cf = withCertificate('exports')
    const answer = await tokenIn(
      await ask(server, client, { cf, headers: { DPoP: await maker.make() } }),
    )
    const cnf = { jkt: maker.key.jkt, 'x5t#S256': await thumbprint('exports') }
    expect(answer).toMatchObject({ token_type: 'DPoP', cnf })
    expect((await tokenIn(await ask(server, client, { cf })))['error']).toBe('invalid_dpop_proof')
  })
})

describe('a token of a client with the profile fapi2', () => {
  async function held() {
    const server = testServer({ now: NOON, mtlsHost: 'auth.example' })
    await server.api()
    const client = await server.client({ [API]: 'invoices:read' }, { profile: 'fapi2' })
    await addCertificate(server, client, { san_dns: 'exports.example.com' })
    const request = { method: 'POST', url: `${ISSUER}/oauth/token`, token: 'none', now: NOON }
    const proofBy = async (alg: string) => (await proofMaker(request, await proofKey(alg))).make()
    return { server, client, proofBy, cf: withCertificate('exports') }
  }

  it('is bound to the certificate, or to the key of a proof', async () => {
    const { server, client, proofBy, cf } = await held()
    expect(client.body['bound_since']).not.toBeNull()
    const cnf = { 'x5t#S256': await thumbprint('exports') }
    expect((await tokenIn(await ask(server, client, { cf })))['cnf']).toEqual(cnf)
    const headers = { DPoP: await proofBy('PS256') }
    const bound = await tokenIn(await ask(server, client, { cf, headers }))
    expect(bound).toMatchObject({ token_type: 'DPoP', cnf: { jkt: expect.any(String) } })
  })

  it.each(['RS256', 'ES384'])('is not bound to a key for %s', async (alg) => {
    const { server, client, proofBy, cf } = await held()
    const headers = { DPoP: await proofBy(alg) }
    expect(await tokenIn(await ask(server, client, { cf, headers }))).toMatchObject({
      status: 400,
      error: 'invalid_dpop_proof',
    })
  })
})
