import { env } from 'cloudflare:workers'
import { exportSPKI, importJWK, SignJWT } from 'jose'
import { expect, it } from 'vitest'
import { readKeyRing } from '../../src/crypto/key-ring.ts'
import { keyWrapping } from '../../src/crypto/key-wrapping.ts'
import {
  byStrangers,
  type Forgery,
  json,
  read,
  withoutSignature,
  withSymmetricKeys,
} from '../support/forged-signatures.ts'
import { API, type Json } from '../support/server.ts'
import {
  doorsOpenTo,
  type Deployment,
  deployment,
  lootOf,
  passesGuard,
  REPORTS,
} from './deployment.ts'

/** The kinds of those that some door takes, with the door. */
async function taken(all: Deployment, forged: Forgery[]) {
  const found: [string, string[]][] = []
  for (const { kind, token } of forged) {
    const doors = await doorsOpenTo(all, token)
    if (doors.length > 0) found.push([kind, doors])
  }
  return found
}

it('CVE-2026-37979: the introspection of one resource server tells nothing of a token for another', async () => {
  const { server, client, invoices, reports, observer } = await deployment()
  const token = await server.token(client, { resource: API })
  const tellers: [typeof invoices, boolean][] = [
    [invoices, true],
    [observer, true],
    [client, true],
    [reports, false],
    [await server.client({ [API]: 'invoices:read' }), false],
  ]
  for (const [caller, active] of tellers) {
    const answer = await server.introspect(token, caller)
    expect(answer['active']).toBe(active)
    if (!active) expect(answer).toEqual({ active: false })
  }
})

it('CVE-2026-18208: a token of a resource server is no key to introspection of everything', async () => {
  const { issuer, server, client, reports } = await deployment()
  const token = await server.token(client, { resource: API })
  const both = await server.client({ [REPORTS]: 'tokens:introspect', [issuer]: 'clients:read' })
  const bearers = [
    await server.token(reports),
    await server.token(client, { resource: REPORTS }),
    await server.token(both, { resource: REPORTS }),
    await server.token(both, { resource: issuer }),
  ]
  const statuses: number[] = []
  for (const bearer of bearers) {
    const headers = { Authorization: `Bearer ${bearer}` }
    const response = await server.form('/oauth/introspect', { token }, undefined, headers)
    expect(await response.text()).not.toContain('"active"')
    statuses.push(response.status)
  }
  expect(statuses).toEqual([401, 401, 401, 403])
})

it('CVE-2024-47077: a token that one API got is no good at another', async () => {
  const all = await deployment()
  const { server, client, powerful } = all
  const token = await server.token(client, { resource: REPORTS })
  const asks = true
  expect(await passesGuard(all, { token }, { audience: REPORTS })).toBe(true)
  expect(await passesGuard(all, { token }, { audience: API })).toBe(false)
  expect(await passesGuard(all, { token }, { audience: API, asks })).toBe(false)
  // Nor at Portcullis itself, whatever the client that it is of may do there.
  const elsewhere = await server.token(powerful, { resource: API })
  expect((await server.admin('GET', '/clients', undefined, elsewhere)).status).toBe(401)
})

it('CVE-2024-52287: no token carries a scope that was never assigned', async () => {
  const { issuer, server, client } = await deployment()
  const wanted = [
    'invoices:write',
    'invoices:read invoices:write',
    'clients:manage',
    'invoices:read clients:manage',
    '*',
    'openid',
    'INVOICES:READ',
    'invoices',
    'invoices:*',
    'invoices:read,invoices:write',
    'invoices:read\tinvoices:write',
    'tokens:introspect',
  ]
  for (const scope of wanted) {
    for (const resource of [{}, { resource: API }]) {
      const response = await server.tokenRequest(client, { scope, ...resource })
      expect([scope, response.status]).toEqual([scope, 400])
      expect((await response.json<Json>())['error']).toBe('invalid_scope')
    }
  }
  expect((await server.tokenRequest(client, { resource: issuer })).status).toBe(400)
  const granted = await (await server.tokenRequest(client)).json<Json>()
  expect(String(granted['scope']).split(' ').sort()).toEqual(['invoices:read', 'reports:read'])
})

it('CVE-2026-22817: no public key is taken for the secret of an HMAC', async () => {
  const all = await deployment()
  const loot = await lootOf(all)
  expect(await doorsOpenTo(all, loot.token)).toHaveLength(4)
  const forged = await withSymmetricKeys(loot)
  expect(forged.length).toBeGreaterThan(30)
  expect(await taken(all, forged)).toEqual([])
})

it('CVE-2026-22817: nor an RSA key, which has a PEM that everybody knows', async () => {
  const all = await deployment({ signingAlgorithm: 'RS256' })
  const { token, jwk } = await lootOf(all)
  const { h, p, header } = read(token)
  const key = (await importJWK({ ...jwk, ext: true }, 'RS256')) as CryptoKey
  const pem = await exportSPKI(key)
  const secrets = [pem, pem.trim(), String(jwk.n), JSON.stringify(jwk)]
  const forged = await Promise.all(
    secrets.map(async (secret) => ({
      kind: 'HS256 with an RSA key',
      token: await new SignJWT(read(token).payload)
        .setProtectedHeader({ ...header, alg: 'HS256' })
        .sign(new TextEncoder().encode(secret)),
    })),
  )
  expect(await doorsOpenTo(all, token)).toHaveLength(4)
  expect(await taken(all, [...forged, { kind: 'none', token: `${h}.${p}.` }])).toEqual([])
})

it('CVE-2026-22818: the algorithm is that of the key, whatever the header or the forger says', async () => {
  const all = await deployment()
  const loot = await lootOf(all)
  const { p, s, header } = read(loot.token)
  const names = ['ES384', 'ES512', 'ES256K', 'RS256', 'PS256', 'EdDSA', 'es256']
  const renamed = names.map((alg) => ({
    kind: alg,
    token: `${json({ ...header, alg })}.${p}.${s}`,
  }))
  const forged = [...renamed, ...(await byStrangers(loot)), ...withoutSignature(loot)]
  expect(forged.length).toBeGreaterThan(50)
  expect(await taken(all, forged)).toEqual([])
})

it('CVE-2026-44699: no empty or missing key verifies anything', async () => {
  const all = await deployment()
  const loot = await lootOf(all)
  const { p, header } = read(loot.token)
  // HMAC fills the empty key with zeros: one zero is the same, and is a key that imports take.
  const zero = new Uint8Array(1)
  const kids = [header['kid'], 'unknown', '', loot.revokedKid, loot.pendingKid, null]
  const forged: Forgery[] = []
  for (const kid of kids) {
    for (const hash of ['SHA-256', 'SHA-384', 'SHA-512']) {
      const signed = `${json({ ...header, kid, alg: hash.replace('SHA-', 'HS') })}.${p}`
      const how = { name: 'HMAC', hash }
      const key = await crypto.subtle.importKey('raw', zero, how, true, ['sign'])
      const mac = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(signed))
      const text = btoa(String.fromCharCode(...new Uint8Array(mac)))
      const signature = text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
      forged.push({ kind: `empty key, kid ${String(kid)}`, token: `${signed}.${signature}` })
    }
  }
  expect(forged).toHaveLength(18)
  expect(await taken(all, forged)).toEqual([])
})

it('takes no other JWT that its own key signed for an access token', async () => {
  const all = await deployment()
  const { issuer } = all
  const { token, jwk } = await lootOf(all)
  const { payload, header } = read(token)
  const row = await env.DB.prepare('SELECT * FROM portcullis_signing_keys WHERE kid = ?')
    .bind(jwk.kid)
    .first<Record<string, string>>()
  const wrapped = row?.['wrapped_key'] ?? ''
  const wrapping = keyWrapping(readKeyRing('WRAPPING_KEY', env.WRAPPING_KEY))
  const key = await wrapping.unwrap(wrapped, jwk.kid, 'ES256')
  const sign = (changes: Json, claims: Json = payload) =>
    new SignJWT(claims).setProtectedHeader({ ...header, alg: 'ES256', ...changes }).sign(key)
  // Signed as ours are, so that what follows fails for its type alone.
  expect(await doorsOpenTo(all, await sign({}))).toHaveLength(4)
  const types = ['JWT', 'jwt', 'logout+jwt', 'id_token+jwt', 'token-introspection+jwt', undefined]
  const others: Promise<string>[] = types.map((typ) => sign({ typ }))
  const { gen: _gen, ...idToken } = { ...payload, nonce: 'n', email: 'ada@example.com' } as Json
  others.push(sign({}, idToken), sign({ typ: 'JWT' }, { ...idToken, aud: issuer }))
  const forged = (await Promise.all(others)).map((other) => ({ kind: 'other JWT', token: other }))
  expect(await taken(all, forged)).toEqual([])
})

it('CVE-2026-47673: a token counts behind the scheme Bearer alone', async () => {
  const all = await deployment()
  const { issuer, server, client, powerful } = all
  const token = await server.token(powerful, { resource: issuer })
  const issued = await server.token(client, { resource: API })
  const schemes = [
    'Token,JWT,Basic,DPoP,MAC,Digest,Bearers,xBearer,Bearer:,Bearer=,Bearer/,Bea rer'.split(','),
    ['Negotiate', 'OAuth', 'ApiKey', 'Bearer Bearer', 'Bearer,', ''],
  ].flat()
  const bootstrap = env.BOOTSTRAP_TOKEN ?? ''
  for (const scheme of schemes) {
    for (const credential of [token, bootstrap]) {
      const headers = { Authorization: `${scheme} ${credential}`.trim() }
      const admin = await server.send('/admin/v1/clients', { headers })
      const asked = await server.form('/oauth/introspect', { token: issued }, undefined, headers)
      const health = await (await server.send('/health', { headers })).text()
      const answers = [admin.status, asked.status, health]
      expect([scheme, ...answers]).toEqual([scheme, 401, 401, '{"status":"ok"}'])
    }
    const headers = { Authorization: `${scheme} ${issued}`.trim() }
    expect([scheme, await passesGuard(all, new Request(API, { headers }))]).toEqual([scheme, false])
  }
  for (const scheme of ['Bearer', 'bearer', 'BEARER']) {
    const headers = { Authorization: `${scheme} ${token}` }
    expect((await server.send('/admin/v1/clients', { headers })).status).toBe(200)
  }
})
