import { env } from 'cloudflare:workers'
import { decodeJwt } from 'jose'
import { beforeEach, describe, expect, it } from 'vitest'
import { DPOP_ALGORITHMS } from '../../../src/domain/dpop.ts'
import { type ProofMaker, proofKey, proofMaker } from '../../support/proofs.ts'
import {
  API,
  type Client,
  ISSUER,
  type Json,
  testServer,
  type TestServer,
} from '../../support/server.ts'

// RFC 9449 §5 at the token endpoint; the profile fapi2 is in another file.

const NOW = 1_800_000_000
const URL_OF_TOKENS = `${ISSUER}/oauth/token`

let server: TestServer
let client: Client
let maker: ProofMaker

beforeEach(async () => {
  server = testServer({ now: NOW })
  await server.api()
  client = await server.client({ [API]: 'invoices:read' })
  const request = { method: 'POST', url: URL_OF_TOKENS, token: 'none', now: NOW }
  maker ??= await proofMaker(request, await proofKey())
})

async function ask(proof: string | null, at = server, caller = client) {
  const headers: Record<string, string> = proof === null ? {} : { DPoP: proof }
  const response = await at.form(
    '/oauth/token',
    { grant_type: 'client_credentials' },
    caller,
    headers,
  )
  const body: Json = await response.json()
  return Object.assign(body, { status: response.status, headers: response.headers })
}

const require = (fields: Json) => server.adminOk('PATCH', `/clients/${client.id}`, fields)

describe('a token for a request with a proof', () => {
  it('is bound to its key, in the token and in introspection', async () => {
    const answer = await ask(await maker.make())
    const { jkt } = maker.key
    expect(answer).toMatchObject({ status: 200, token_type: 'DPoP', scope: 'invoices:read' })
    expect(decodeJwt(answer['access_token'])).toMatchObject({ cnf: { jkt } })
    const seen = await server.introspect(answer['access_token'], client)
    expect(seen).toMatchObject({ active: true, token_type: 'DPoP', cnf: { jkt } })
  })

  it.each(DPOP_ALGORITHMS)('signed with %s', async (alg) => {
    const own = await proofMaker(maker, await proofKey(alg))
    expect(await ask(await own.make())).toMatchObject({ status: 200, token_type: 'DPoP' })
  })

  it('whose URL has a query, capitals, the default port, or a clock that is 10 seconds off', async () => {
    for (const htu of [
      `${URL_OF_TOKENS}?a=b#c`,
      URL_OF_TOKENS.replace('https://auth', 'HTTPS://Auth'),
      URL_OF_TOKENS.replace('.example', '.example:443'),
    ]) {
      expect(await ask(await maker.make({ claims: { htu } }))).toMatchObject({ status: 200 })
    }
    for (const iat of [NOW - 10, NOW + 10]) {
      expect(await ask(await maker.make({ claims: { iat } }))).toMatchObject({ status: 200 })
    }
  })

  it('is a bearer token without one', async () => {
    const answer = await ask(null)
    expect(answer).toMatchObject({ status: 200, token_type: 'Bearer' })
    expect(decodeJwt(answer['access_token'])).not.toHaveProperty('cnf')
  })

  it('is cut off by a suspension as any other, and lives again', async () => {
    const { access_token: token } = await ask(await maker.make())
    await server.suspend(client)
    expect(await ask(await maker.make())).toMatchObject({ status: 401, error: 'invalid_client' })
    await server.resume(client)
    expect(await server.introspect(token, client)).toMatchObject({ active: true })
  })
})

describe('the URL of a proof', () => {
  it('is not that by which Host names the server: its own is configured', async () => {
    const own = await proofMaker({ ...maker, url: 'https://evil.example/oauth/token' }, maker.key)
    const response = await server.form(
      '/oauth/token',
      { grant_type: 'client_credentials' },
      client,
      {
        DPoP: await own.make(),
        Host: 'evil.example',
      },
    )
    expect(response.status).toBe(400)
  })
})

describe('a client that has to send proofs', () => {
  it('gets no token without one, and is told and counted as that', async () => {
    await require({ require_dpop: true })
    const { bound_since: since } = await server.adminOk('GET', `/clients/${client.id}`)
    expect(since).toBe(new Date(NOW * 1000).toISOString().replace('.000', ''))
    expect(await ask(null)).toMatchObject({
      status: 400,
      error: 'invalid_dpop_proof',
      error_description: 'The client must send a proof in the DPoP header.',
    })
    server.clock.now += 60
    await ask(null)
    const { results } = await env.DB.prepare(
      'SELECT DISTINCT outcome FROM portcullis_token_counts WHERE client_id = ?',
    )
      .bind(client.id)
      .all()
    expect(results).toEqual([{ outcome: 'no_proof' }])
    server.clock.now -= 60
    expect(await ask(await maker.make())).toMatchObject({ status: 200, token_type: 'DPoP' })
    expect(await require({ require_dpop: false })).toMatchObject({ bound_since: null })
    expect(await ask(null)).toMatchObject({ status: 200, token_type: 'Bearer' })
  })

  it('is not told so before it has proved who it is', async () => {
    await require({ require_dpop: true })
    const stranger = { ...client, secret: 'pc_wrong' }
    expect(await ask(null, server, stranger)).toMatchObject({
      status: 401,
      error: 'invalid_client',
    })
  })
})

describe('a nonce, where they are switched on', () => {
  it('is asked for, given with each answer, and good for minutes', async () => {
    const strict = testServer({ now: NOW, dpopNonce: true })
    const first = await ask(await maker.make(), strict)
    expect(first).toMatchObject({ status: 400, error: 'use_dpop_nonce' })
    const nonce = first.headers.get('dpop-nonce')
    const withNonce = (now: number) => maker.make({ claims: { nonce, iat: now } })
    const second = await ask(await withNonce(NOW), strict)
    expect(second).toMatchObject({ status: 200, token_type: 'DPoP' })
    expect(second.headers.get('dpop-nonce')).toBe(nonce)
    strict.clock.now += 120
    expect(await ask(await withNonce(strict.clock.now), strict)).toMatchObject({ status: 200 })
    strict.clock.now += 120
    expect(await ask(await withNonce(strict.clock.now), strict)).toMatchObject({
      status: 400,
      error: 'use_dpop_nonce',
    })
    expect(
      await ask(await maker.make({ claims: { nonce: 'made-up', iat: strict.clock.now } }), strict),
    ).toMatchObject({
      status: 400,
      error: 'use_dpop_nonce',
    })
  })

  it('is the same in every isolate, and needed by no bearer token', async () => {
    const [one, other] = [0, 1].map(() => testServer({ now: NOW, dpopNonce: true }))
    const nonce = (await ask(await maker.make(), one)).headers.get('dpop-nonce')
    const proof = await maker.make({ claims: { nonce } })
    expect(await ask(proof, other)).toMatchObject({ status: 200 })
    expect(await ask(null, other)).toMatchObject({ status: 200, token_type: 'Bearer' })
  })
})

describe('a bound token at the endpoints of the server itself', () => {
  it('is no bearer token (RFC 9449 §7.2)', async () => {
    const manager = await server.client({ [ISSUER]: 'clients:read tokens:introspect' })
    const { access_token: token } = await ask(await maker.make(), server, manager)
    const read = await server.admin('GET', '/clients', undefined, token)
    expect([read.status, (await read.json<Json>())['detail']]).toEqual([
      401,
      'The token is bound to a key, and only bearer tokens are accepted here.',
    ])
    const asked = await server.form('/oauth/introspect', { token }, undefined, {
      Authorization: `Bearer ${token}`,
    })
    expect([asked.status, (await asked.json<Json>())['error']]).toEqual([401, 'invalid_token'])
  })
})

it('the metadata names the algorithms of proofs', async () => {
  const metadata = await (await server.send('/.well-known/oauth-authorization-server')).json<Json>()
  expect(metadata['dpop_signing_alg_values_supported']).toEqual([...DPOP_ALGORITHMS])
})
