import { env } from 'cloudflare:workers'
import { decodeJwt } from 'jose'
import { beforeEach, describe, expect, it } from 'vitest'
import { ASSERTION_ALGORITHMS } from '../../../src/domain/public-key.ts'
import {
  askWith,
  assertionBy,
  clientWithKey,
  type Signer,
  signerOf,
} from '../../support/assertions-by-keys.ts'
import { base64url, bytesOf } from '../../support/forged-signatures.ts'
import { ISSUER, type Json, testServer, type TestServer } from '../../support/server.ts'

let server: TestServer
const now = () => server.clock.now
let signer: Signer
let client: Awaited<ReturnType<typeof clientWithKey>>

const made = (given = {}) => assertionBy(signer, client.id, now(), given)
const errorOf = async (response: Response) => {
  const body = await response.json<Json>()
  return [response.status, body['error'], body['error_description']]
}
const INVALID = [401, 'invalid_client', 'The client_assertion is not valid.']

beforeEach(async () => {
  server = testServer({ now: 1_800_000_000 })
  await server.api()
  signer ??= await signerOf('ES256')
  client = await clientWithKey(server, signer)
})

describe('a client gets a token by its own assertion', () => {
  it.each([...ASSERTION_ALGORITHMS])('signed with %s', async (alg) => {
    const own = await signerOf(alg)
    const { id } = await clientWithKey(server, own)
    const response = await askWith(server, await assertionBy(own, id, now()))
    expect(response.status).toBe(200)
    const { access_token: token } = await response.json<Json>()
    expect(decodeJwt(String(token))).toMatchObject({ client_id: id, scope: 'invoices:read' })
  })

  it('named by the kid of the key, its thumbprint, its id, or not at all', async () => {
    for (const kid of [client.kid, client.keyId]) {
      expect((await askWith(server, await made({ header: { kid } }))).status).toBe(200)
    }
    expect((await askWith(server, await made())).status).toBe(200)
    const named = await signerOf('ES256')
    const { id } = await clientWithKey(server, { ...named, jwk: { ...named.jwk, kid: 'build-7' } })
    const assertion = await assertionBy(named, id, now(), { header: { kid: 'build-7' } })
    expect((await askWith(server, assertion)).status).toBe(200)
  })

  it('with the type of RFC 7523bis, JWT or none; Ed25519 by its new name', async () => {
    for (const typ of ['client-authentication+jwt', 'JWT']) {
      expect((await askWith(server, await made({ header: { typ } }))).status).toBe(200)
    }
    const own = await signerOf('Ed25519')
    const { id } = await clientWithKey(server, own)
    const assertion = await assertionBy(own, id, now(), { header: { alg: 'Ed25519' } })
    expect((await askWith(server, assertion)).status).toBe(200)
  })

  it('with its client_id beside it, and with the issuer as the only one of a list', async () => {
    expect((await askWith(server, await made(), { client_id: client.id })).status).toBe(200)
    const listed = await made({ claims: { aud: [ISSUER] } })
    expect((await askWith(server, listed)).status).toBe(200)
  })

  it('made for the token endpoint only where its setting lets it', async () => {
    const claims = { aud: `${ISSUER}/oauth/token` }
    expect(await errorOf(await askWith(server, await made({ claims })))).toEqual(INVALID)
    const old = await clientWithKey(server, signer, {
      client: { assertion_audience: 'issuer_or_token_endpoint' },
    })
    for (const aud of [claims.aud, ISSUER]) {
      const assertion = await assertionBy(signer, old.id, now(), { claims: { aud } })
      expect((await askWith(server, assertion)).status).toBe(200)
    }
    const both = await assertionBy(signer, old.id, now(), { claims: { aud: [ISSUER, claims.aud] } })
    expect(await errorOf(await askWith(server, both))).toEqual(INVALID)
  })

  it('introspects and revokes with one, too', async () => {
    const { access_token: token } = await (await askWith(server, await made())).json<Json>()
    const asking = async (path: string) =>
      server.form(path, {
        token: String(token),
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: await made(),
      })
    const active = await asking('/oauth/introspect')
    expect(await active.json()).toMatchObject({ active: true, client_id: client.id })
    expect((await asking('/oauth/revoke')).status).toBe(200)
    expect(await (await asking('/oauth/introspect')).json()).toEqual({ active: false })
  })
})

describe('an assertion is accepted once', () => {
  it('and never again, at whichever endpoint', async () => {
    const assertion = await made()
    expect((await askWith(server, assertion)).status).toBe(200)
    expect(await errorOf(await askWith(server, assertion))).toEqual(INVALID)
    const fields = {
      token: 'x',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    }
    for (const path of ['/oauth/introspect', '/oauth/revoke']) {
      expect(await errorOf(await server.form(path, fields))).toEqual(INVALID)
    }
  })

  it('with its signature in the other form that ECDSA has: the same assertion', async () => {
    const assertion = await made()
    expect((await askWith(server, assertion)).status).toBe(200)
    expect(await errorOf(await askWith(server, mirrored(assertion)))).toEqual(INVALID)
    expect((await askWith(server, mirrored(await made()))).status).toBe(200)
  })

  it('of many at once one gets a token', async () => {
    const assertion = await made()
    const answers = await Promise.all(Array.from({ length: 20 }, () => askWith(server, assertion)))
    expect(answers.map(({ status }) => status).filter((status) => status === 200)).toHaveLength(1)
  })

  it('by its jti and its client: that of another client is another', async () => {
    const other = await clientWithKey(server, signer)
    const claims = { jti: 'the-same' }
    expect((await askWith(server, await made({ claims }))).status).toBe(200)
    const assertion = await assertionBy(signer, other.id, now(), { claims })
    expect((await askWith(server, assertion)).status).toBe(200)
    expect(await errorOf(await askWith(server, await made({ claims })))).toEqual(INVALID)
  })

  it('but until it expires where the key says so, for at most an hour', async () => {
    const lasting = await clientWithKey(server, signer, { key: { replay: 'until_exp' } })
    const claims = { exp: now() + 3600 }
    const assertion = await assertionBy(signer, lasting.id, now(), { claims, without: ['jti'] })
    for (let time = 0; time < 3; time++) expect((await askWith(server, assertion)).status).toBe(200)
    const longer = await assertionBy(signer, lasting.id, now(), { claims: { exp: now() + 3700 } })
    expect(await errorOf(await askWith(server, longer))).toEqual(INVALID)
  })

  it('is forgotten by the cron once it has expired, and is refused then by its dates', async () => {
    const assertion = await made()
    await askWith(server, assertion)
    const count = async () =>
      (
        await server.bindings.DB.prepare(
          'SELECT count(*) AS n FROM portcullis_used_assertions',
        ).first<{ n: number }>()
      )?.n
    const before = await count()
    expect(before).toBeGreaterThan(0)
    server.clock.now += 1000
    await server.cron()
    expect(await count()).toBe(0)
    expect(await errorOf(await askWith(server, assertion))).toEqual(INVALID)
  })
})

describe('what cuts a client off holds for its keys', () => {
  it('suspension refuses it, and resuming lets it in again', async () => {
    const own = await clientWithKey(server, signer)
    const ask = async () => askWith(server, await assertionBy(signer, own.id, now()))
    expect((await ask()).status).toBe(200)
    await server.suspend({ ...own, secret: '', body: {} })
    expect(await errorOf(await ask())).toEqual([401, 'invalid_client', 'The client is suspended.'])
    await server.resume({ ...own, secret: '', body: {} })
    expect((await ask()).status).toBe(200)
  })

  it('a deleted key is refused by the very next request, though an isolate remembers it', async () => {
    const own = await clientWithKey(server, signer)
    const ask = async () => askWith(server, await assertionBy(signer, own.id, now()))
    expect((await ask()).status).toBe(200)
    expect((await server.admin('DELETE', `/clients/${own.id}/keys/${own.keyId}`)).status).toBe(204)
    expect(await errorOf(await ask())).toEqual(INVALID)
    const again = await server.admin('POST', `/clients/${own.id}/keys`, { jwk: signer.jwk })
    expect(again.status).toBe(201)
    // It was asked since, so that the key before is forgotten.
    expect((await ask()).status).toBe(200)
  })

  it('an expired key is refused, and counted as that', async () => {
    const day = new Date(now() * 1000).toISOString().slice(0, 10)
    const own = await clientWithKey(server, signer, { key: { expires_on: day } })
    const at = now()
    expect((await askWith(server, await assertionBy(signer, own.id, at))).status).toBe(200)
    server.clock.now += 86_400
    expect(await errorOf(await askWith(server, await assertionBy(signer, own.id, now())))).toEqual(
      INVALID,
    )
    server.clock.now += 60
    await askWith(server, await assertionBy(signer, own.id, now()))
    const { results } = await env.DB.prepare(
      'SELECT outcome FROM portcullis_token_counts WHERE client_id = ? ORDER BY outcome',
    )
      .bind(own.id)
      .all()
    expect(results).toContainEqual({ outcome: 'expired_key' })
    server.clock.now = at
  })
})

/** RFC 7518 §3.4: (r, n - s) is a signature of the same content by the same key. */
function mirrored(assertion: string): string {
  const n = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
  const [header, payload, signature = ''] = assertion.split('.')
  const bytes = bytesOf(signature)
  const other = (n - numberOf(bytes.slice(32))).toString(16).padStart(64, '0')
  const s = (other.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16))
  return `${header}.${payload}.${base64url(Uint8Array.of(...bytes.slice(0, 32), ...s))}`
}

function numberOf(bytes: Uint8Array): bigint {
  return bytes.reduce((number, byte) => number * 256n + BigInt(byte), 0n)
}
