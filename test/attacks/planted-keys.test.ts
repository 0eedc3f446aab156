import { env } from 'cloudflare:workers'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { readKeyRing } from '../../src/crypto/key-ring.ts'
import { keyWrapping } from '../../src/crypto/key-wrapping.ts'
import { read } from '../support/forged-signatures.ts'
import { signIn } from '../support/console.ts'
import { API, ISSUER, type Json, testServer, type TestServerOptions } from '../support/server.ts'
import { doorsOpenTo, deployment } from './deployment.ts'

// The attacker can write D1, and does not have WRAPPING_KEY. docs/security.md says what else they
// can do.

let log: ReturnType<typeof vi.spyOn>
beforeEach(() => {
  log = vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => vi.restoreAllMocks())

type Row = { kid: string; algorithm: string; public_jwk: string; wrapped_key: string } & Json

const rowsOf = async () =>
  (await env.DB.prepare('SELECT * FROM portcullis_signing_keys').all<Row>()).results

async function plant(row: Row): Promise<void> {
  const names = Object.keys(row)
  await env.DB.prepare(
    `INSERT INTO portcullis_signing_keys (${names.join()}) VALUES (${names.map(() => '?').join()})
     ON CONFLICT (kid) DO UPDATE SET public_jwk = excluded.public_jwk, algorithm = excluded.algorithm,
       wrapped_key = excluded.wrapped_key, activates_at = excluded.activates_at`,
  )
    .bind(...(Object.values(row) as string[]))
    .run()
}

/** A key of the attacker's, under its right name, wrapped as well as they can. */
async function attackersKey(algorithm: 'ES256' | 'RS256' = 'ES256') {
  const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true })
  const jwk = await exportJWK(publicKey)
  const names = { ES256: ['crv', 'kty', 'x', 'y'], RS256: ['e', 'kty', 'n'] }[algorithm]
  const members = Object.fromEntries(names.map((name) => [name, jwk[name as keyof JWK]])) as JWK
  const kid = await calculateJwkThumbprint(members)
  const theirs = keyWrapping(
    readKeyRing('WRAPPING_KEY', '1:a-key-of-the-attacker-0123456789abcdef'),
  )
  const wrapped_key = await theirs.wrap(privateKey, kid)
  return { kid, algorithm, privateKey, public_jwk: JSON.stringify(members), wrapped_key }
}

const forgetStandby = () =>
  env.DB.prepare('DELETE FROM portcullis_signing_keys WHERE activates_at > 9e10').run()

/** A deployment with the row planted beside a key of ours, and a token by the attacker's key. */
async function planted(
  make: (ours: Row, theirs: Row) => Row,
  options?: TestServerOptions,
  hasStandby = false,
) {
  const all = await deployment(options)
  const { server, powerful } = all
  const good = await server.token(powerful, { resource: API })
  if (!hasStandby) await forgetStandby()
  const [ours] = (await rowsOf()) as [Row]
  const { privateKey, ...theirs } = await attackersKey(options?.signingAlgorithm)
  const row = make(ours, { ...ours, ...theirs })
  await plant(row)
  const forge = (audience: string, scope: string) => {
    const { header, payload } = read(good)
    const claims = { ...payload, aud: audience, scope, jti: 'forged' }
    return new SignJWT(claims)
      .setProtectedHeader({ ...header, alg: row.algorithm, kid: row.kid })
      .sign(privateKey)
  }
  // A fresh isolate, which has proven nothing yet.
  const fresh = testServer({ ...options, issuer: all.issuer, now: server.clock.now })
  const forged = [
    await forge(API, 'invoices:read'),
    await forge(all.issuer, 'clients:manage audit:read tokens:introspect'),
  ]
  return { all, fresh: { ...all, server: fresh }, good, row, forged }
}

/** The rows that the attacker plants, and whether our own key is still there beside them. */
const PLANTS: [string, (ours: Row, theirs: Row) => Row, boolean][] = [
  ['a key of theirs', (_ours, theirs) => theirs, true],
  ['one with our private key', ({ wrapped_key }, theirs) => ({ ...theirs, wrapped_key }), true],
  ['one with no private key', (_ours, theirs) => ({ ...theirs, wrapped_key: '' }), true],
  [
    'one that says that a newer WRAPPING_KEY wrapped it',
    (_ours, theirs) => ({ ...theirs, wrapped_key: theirs.wrapped_key.replace(/^1/, '2') }),
    true,
  ],
  [
    'one that would sign from now on',
    (ours, theirs) => ({ ...theirs, activates_at: ours['activates_at'] + 1 }),
    true,
  ],
  [
    'one under a name of their choice',
    (ours, theirs) => ({ ...ours, ...theirs, kid: 'key-1' }),
    true,
  ],
  [
    'their public key in our row',
    (ours, theirs) => ({ ...ours, public_jwk: theirs.public_jwk }),
    false,
  ],
]

const replaced = (ours: Row, theirs: Row) => ({ ...ours, public_jwk: theirs.public_jwk })

describe('whoever can write D1 and has no WRAPPING_KEY', () => {
  it.each(PLANTS)('forges no token by planting %s', async (_what, make, isOursLeft) => {
    const { fresh, row, forged, good } = await planted(make)
    const { server, powerful } = fresh
    server.clock.now += 10
    if (isOursLeft) {
      for (const token of forged) expect(await doorsOpenTo(fresh, token)).toEqual([])
      expect(await doorsOpenTo(fresh, good)).not.toEqual([])
      const { keys } = await (await server.send('/.well-known/jwks.json')).json<Json>()
      expect((keys as Json[]).map(({ kid }) => kid)).not.toContain(row.kid)
      // The key that is active by its dates is not the one that signs.
      const fresher = await server.token(powerful, { resource: API })
      expect(read(fresher).header['kid']).toBe(read(good).header['kid'])
      expect(await doorsOpenTo(fresh, fresher)).not.toEqual([])
      return
    }
    const answers = [
      await server.tokenRequest(powerful),
      await server.send('/.well-known/jwks.json'),
      await server.send('/health'),
      await server.form('/oauth/introspect', { token: forged[0] ?? '' }, powerful),
      await server.form('/oauth/revoke', { token: forged[0] ?? '' }, powerful),
      await server.admin('GET', '/clients', undefined, forged[1]),
    ]
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 503, 503, 503, 503])
    await expect(server.cron()).rejects.toThrow('signing_keys')
    expect(await rowsOf()).toHaveLength(1)
  })

  it('stops no token by spoiling the key that signs: the standby takes its place', async () => {
    const { fresh, row, forged, good } = await planted(replaced, undefined, true)
    const { server, powerful } = fresh
    server.clock.now += 10
    const next = await server.token(powerful, { resource: API })
    expect(read(next).header['kid']).not.toBe(read(good).header['kid'])
    expect(await doorsOpenTo(fresh, next)).not.toEqual([])
    for (const token of forged) expect(await doorsOpenTo(fresh, token)).toEqual([])
    const { keys } = await (await server.send('/.well-known/jwks.json')).json<Json>()
    expect((keys as Json[]).map(({ kid }) => kid)).not.toContain(row.kid)
  })

  it('nor with RSA', async () => {
    const { fresh, forged, good } = await planted((_ours, theirs) => theirs, {
      signingAlgorithm: 'RS256',
    })
    for (const token of forged) expect(await doorsOpenTo(fresh, token)).toEqual([])
    expect(await doorsOpenTo(fresh, good)).not.toEqual([])
  })

  it('is found out: in health, in the log, in Setup, on the page of the keys and of the token', async () => {
    const { fresh, row, forged } = await planted((_ours, theirs) => theirs, { issuer: ISSUER })
    const { server } = fresh
    const headers = { Authorization: `Bearer ${env.BOOTSTRAP_TOKEN}` }
    const health = await (await server.send('/health', { headers })).json<Json>()
    expect(health).toMatchObject({ status: 'failing', signing_keys_not_ours: [row.kid] })
    await server.cron()
    const lines = log.mock.calls.flat().filter((line: unknown) => String(line).includes(row.kid))
    expect(lines.length).toBeGreaterThan(0)
    const { html, post } = await signIn(server)
    const keys = await html('/signing-keys')
    expect(keys.slice(keys.indexOf(' Not ours<'))).toContain(row.kid)
    expect(keys.slice(0, keys.indexOf(' Not ours<'))).not.toContain(row.kid)
    expect(keys).not.toContain(`revoke-${row.kid}`)
    expect(await html('/setup')).toContain('1 in the database is not ours')
    const token = forged[0] ?? ''
    const explained = await (await post('/find', { text: token })).text()
    expect(explained).toContain('it is not trusted and verifies nothing')
  })

  it('hides none of it by leaving no key of ours', async () => {
    const { fresh, row } = await planted(replaced, { issuer: ISSUER })
    const { server } = fresh
    const headers = { Authorization: `Bearer ${env.BOOTSTRAP_TOKEN}` }
    const response = await server.send('/health', { headers })
    expect(response.status).toBe(503)
    expect(await response.json()).toMatchObject({
      failing: ['signing_key'],
      signing_key: null,
      signing_keys_not_ours: [row.kid],
    })
    const { html } = await signIn(server)
    expect(await html('/signing-keys')).toContain(' Not ours<')
    expect(await html('/setup')).toContain('is not ours')
  })
})

describe('keys of before', () => {
  it('prove themselves as they are: a deployment of yesterday needs no migration', async () => {
    const { server, client } = await deployment()
    const token = await server.token(client, { resource: API })
    const [row] = await rowsOf()
    expect(Object.keys(row ?? {}).sort()).toEqual([
      'activates_at',
      'algorithm',
      'created_at',
      'kid',
      'public_jwk',
      'retires_at',
      'revoked_at',
      'wrapped_key',
    ])
    expect(token).not.toBe('')
  })

  it('hold while WRAPPING_KEY is rotated, and what is over alarms nobody when its version is gone', async () => {
    const KEY = env.WRAPPING_KEY ?? ''
    const NEXT = '2:the-next-key-of-the-tests-which-protects-nothing'
    const { issuer, server, client, invoices } = await deployment()
    const token = await server.token(client, { resource: API })
    const { now } = server.clock
    const under = (WRAPPING_KEY: string, later: number) =>
      testServer({ issuer, now: now + later, env: { WRAPPING_KEY } })
    const rotating = under(`${NEXT},${KEY}`, 60)
    expect(await rotating.introspect(token, invoices)).toMatchObject({ active: true })
    // The standby was wrapped by the old one too: the key that is published now is the first that was not.
    await rotating.adminOk('POST', '/signing-keys', {})
    const later = under(`${NEXT},${KEY}`, 25 * 3600)
    const fresh = await later.token(client, { resource: API })
    await later.adminOk('POST', '/signing-keys', {})
    const next = await later.token(client, { resource: API })
    const kids = [token, fresh, next].map((one) => read(one).header['kid'])
    expect(new Set(kids).size).toBe(3)
    const after = under(NEXT, 40 * 3600)
    const headers = { Authorization: `Bearer ${env.BOOTSTRAP_TOKEN}` }
    expect(await (await after.send('/health', { headers })).json()).toMatchObject({
      signing_keys_not_ours: [],
    })
    expect(
      await after.introspect(await after.token(client, { resource: API }), invoices),
    ).toMatchObject({
      active: true,
    })
    // Dropped too early it is told, and the tokens of the old key are not active any more.
    const early = under(NEXT, 26 * 3600)
    expect(await early.introspect(fresh, invoices)).toEqual({ active: false })
    const { signing_keys_not_ours } = await (await early.send('/health', { headers })).json<Json>()
    expect(signing_keys_not_ours).toContain(read(fresh).header['kid'])
  })
})
