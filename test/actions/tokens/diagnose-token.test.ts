import { env } from 'cloudflare:workers'
import { decodeProtectedHeader, SignJWT } from 'jose'
import { expect, it } from 'vitest'
import { diagnoseToken } from '../../../src/actions/tokens/diagnose-token.ts'
import { tokenVerifier } from '../../../src/crypto/token-verifier.ts'
import { d1CredentialReads } from '../../../src/storage/clients/credential-reads.ts'
import { openDatabase } from '../../../src/storage/database.ts'
import { d1SigningKeys } from '../../../src/storage/keys/signing-keys.ts'
import type { Loot } from '../../support/forged-signatures.ts'
import { forgeries } from '../../support/forgeries.ts'
import { API, type Client, ISSUER, type TestServer, testServer } from '../../support/server.ts'

const depsOf = (server: TestServer, closed = false) => ({
  issuer: ISSUER,
  now: () => server.clock.now,
  closed,
  credentials: d1CredentialReads(env.DB, ISSUER),
  signingKeys: d1SigningKeys(openDatabase(env.DB)),
  tokenVerifier: tokenVerifier(ISSUER, async () => true),
})

async function world() {
  const server = testServer()
  await server.api()
  const client = await server.client({ [API]: 'invoices:read invoices:write' })
  const token = await server.token(client)
  async function explain(text = token, closed = false) {
    const explained = await diagnoseToken(depsOf(server, closed), text)
    if (explained.kind !== 'token') throw new Error('taken for a secret')
    const said = explained.findings.map(({ check, what }) => `${check} ${what}`)
    const wrong = explained.findings.filter(({ good }) => good === false)
    expect(explained.active).toBe(wrong.length === 0)
    return { ...explained, said, wrong: wrong.map(({ check, what }) => `${check} ${what}`) }
  }
  return { server, client, token, explain }
}

const GOOD = [
  'form ok',
  'type ok',
  'algorithm ok',
  'key active',
  'signature ok',
  'issuer ok',
  'expiry ok',
  'client ok',
  'generation ok',
  'revocation ok',
  'scope all',
]

it('finds everything right with an active token', async () => {
  const { server, explain } = await world()
  const { active, said, findings } = await explain()
  expect([active, said]).toEqual([true, GOOD])
  expect(findings.find(({ check }) => check === 'expiry')?.at).toBe(server.clock.now + 43_200)
})

type Change = (all: { server: TestServer; client: Client; token: string }) => Promise<unknown>

const permissions = (names: string[]) => ({
  permissions: names.map((permission) => ({ audience: API, permission })),
})

const changes: [string, Change][] = [
  ['client suspended', ({ server, client }) => server.suspend(client)],
  ['client unknown', ({ server, client }) => server.admin('DELETE', `/clients/${client.id}`)],
  [
    'generation older',
    ({ server, client }) => server.admin('DELETE', `/clients/${client.id}/tokens`),
  ],
  [
    'revocation revoked',
    ({ server, client, token }) => server.form('/oauth/revoke', { token }, client),
  ],
  ['scope none', ({ server, client }) => server.admin('PUT', `/clients/${client.id}/access`, {})],
  [
    'key revoked',
    ({ server, token }) =>
      server.admin('DELETE', `/signing-keys/${decodeProtectedHeader(token).kid}`),
  ],
  ['expiry expired', async ({ server }) => (server.clock.now += 43_200)],
]

it.each(changes)('finds that one thing is wrong: %s', async (wrong, change) => {
  const all = await world()
  await change(all)
  expect((await all.explain()).wrong).toEqual([wrong])
})

it('tells of what is left of the scope, and of a key that was followed by another', async () => {
  const { server, client, explain } = await world()
  await server.adminOk('PUT', `/clients/${client.id}/access`, permissions(['invoices:read']))
  server.clock.now += 1
  // As if the standby had been published for longer than a day.
  await env.DB.prepare('UPDATE portcullis_signing_keys SET created_at = created_at - 90000').run()
  await server.adminOk('POST', '/signing-keys', {})
  const { said, wrong } = await explain()
  expect(wrong).toEqual([])
  expect(said).toEqual(GOOD.map((one) => one.replace('all', 'some').replace('active', 'retiring')))
})

it('tells of a database that was taken back, and of a server that is closed', async () => {
  const { client, explain } = await world()
  expect((await explain(undefined, true)).wrong).toEqual(['server closed'])
  const shut = "INSERT INTO portcullis_chores VALUES ('taken_back', 0, ?)"
  await env.DB.prepare(shut).bind('"shut"').run()
  expect((await explain()).wrong).toEqual(['server shut'])
  expect((await explain(undefined, true)).wrong).toEqual(['server closed'])
  await env.DB.prepare('DELETE FROM portcullis_chores').run()
  await env.DB.prepare('UPDATE portcullis_clients SET generation = -1 WHERE client_id = ?')
    .bind(client.id)
    .run()
  expect((await explain()).wrong).toEqual(['generation newer'])
})

it('tells apart what is no token, and whose it is', async () => {
  const { explain, token } = await world()
  const [header = '', claims = '', signature = ''] = token.split('.')
  expect((await explain('nonsense')).said).toEqual(['form not_three_parts'])
  expect((await explain('a.b.c')).said).toEqual(['form not_json'])
  expect((await explain(`${btoa('[]')}.${claims}.${signature}`)).said).toEqual(['form not_json'])
  expect((await explain(`${header}.${claims}.AAAA`)).wrong).toEqual(['signature wrong'])
  const foreign = await new SignJWT({ client_id: 'x' })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT', kid: 'theirs' })
    .setIssuer('https://accounts.example.com')
    .sign(new TextEncoder().encode('x'.repeat(32)))
  expect((await explain(foreign)).said).toEqual([
    'form ok',
    'type other',
    'algorithm other',
    'key unknown',
    'signature unknown',
    'issuer other',
    'expiry missing',
  ])
})

it('calls no forged token active, and finds something wrong with each', async () => {
  const { server, client, explain, token } = await world()
  const { keys } = await (await server.send('/.well-known/jwks.json')).json<{
    keys: Loot['jwk'][]
  }>()
  const pending = await server.adminOk('POST', '/signing-keys', {})
  const loot: Loot = {
    token,
    jwk: keys[0]!,
    second: await server.token(client),
    revokedKid: 'revoked',
    pendingKid: String(pending['kid']),
    issuer: ISSUER,
    otherClient: client.id,
  }
  let judged = 0
  for (const forgery of await forgeries(loot)) {
    // White space around a token was pasted with it.
    if (forgery.token.trim() === token) continue
    expect(await explain(forgery.token), forgery.kind).toMatchObject({ active: false })
    judged++
  }
  expect(judged).toBeGreaterThan(300)
})

it('knows a secret, whole or cut off, and looks no further', async () => {
  const { server, client } = await world()
  const deps = depsOf(server)
  for (const text of [client.secret, ` "${client.secret}" `, client.secret.slice(0, 40)]) {
    expect(await diagnoseToken(deps, text)).toEqual({ kind: 'secret', clientId: client.id })
  }
  const nobodys = `pc_AbCdEfGhIjKl_${'x'.repeat(49)}`
  expect(await diagnoseToken(deps, nobodys)).toEqual({ kind: 'secret', clientId: null })
})
