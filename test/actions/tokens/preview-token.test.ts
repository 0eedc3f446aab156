import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { previewToken } from '../../../src/actions/tokens/preview-token.ts'
import type { Client } from '../../../src/domain/client.ts'
import type { Lookup, TokenFacts } from '../../../src/domain/credential.ts'
import { NO_POLICY } from '../../support/policy.ts'
import { Refusal } from '../../../src/domain/errors.ts'
import type { TokenClaims } from '../../../src/domain/token.ts'
import { tokenLength } from '../../../src/domain/token-size.ts'
import { d1Clients } from '../../../src/storage/clients/clients.ts'
import { d1CredentialReads } from '../../../src/storage/clients/credential-reads.ts'
import { openDatabase } from '../../../src/storage/database.ts'
import { aCertificate, aPublicKey, aSecret, NOW } from '../../domain/arbitraries.ts'
import { API, ISSUER, testServer } from '../../support/server.ts'
import { noLists } from '../memory.ts'
import { anOlderClient, CLIENT_ID, serverWith, unasked } from '../one-client.ts'
import { noKeyReads } from '../no-assertions.ts'

it('decides as the token endpoint does, namesakes with it', async () => {
  const other = 'https://other.example.com'
  const server = testServer()
  await server.api(API, 'invoices:read')
  await server.api(other, 'invoices:read orders:read')
  const { id } = await server.client({ [API]: 'invoices:read', [other]: 'orders:read' })
  const deps = {
    issuer: ISSUER,
    algorithm: 'ES256' as const,
    statusListBase: null,
    statusLists: noLists,
    policy: NO_POLICY,
    now: () => server.clock.now,
    clients: d1Clients(openDatabase(env.DB), ISSUER),
    credentials: d1CredentialReads(env.DB, ISSUER),
  }
  const { claims: refused, access } = await previewToken(deps, id, { resources: [API, other] })
  expect(refused).toBeInstanceOf(Refusal)
  expect(refused).toMatchObject({ code: 'invalid_scope' })
  expect(access.namesakes).toEqual([{ audience: other, permission: 'invoices:read' }])
  const { claims, obstacles } = await previewToken(deps, id, { resources: [other] })
  expect(claims).toMatchObject({ aud: other, scope: 'orders:read', jti: '…', client_id: id })
  expect(obstacles).toEqual([])
  await expect(previewToken(deps, 'nobody', { resources: [] })).rejects.toThrow('no such client')
})

const READ = { audience: API, permission: 'invoices:read' }

/** Deps that know one client; `read`: what D1 says of its access. */
function depsOf(client: Client, read: () => Promise<{ client: TokenFacts['client'] }[]>) {
  const references: unknown[] = []
  const credentials = {
    withTokens: async (lookup: Lookup | null, asked: unknown[]) => {
      references.push(lookup, ...asked)
      const facts = await read()
      return {
        credential: null,
        tokens: facts.map((one) => ({ ...one, key: null, revoked: false, shut: false })),
        shut: false,
      }
    },
    forToken: unasked,
    isRevoked: unasked,
    noteUse: unasked,
    noteToken: unasked,
    rehash: unasked,
    ...noKeyReads,
  }
  const deps = { ...serverWith({ client }).deps, algorithm: 'ES256' as const, credentials }
  return { deps, references }
}

const withAccess = async () => [
  { client: { suspended: false, generation: 3, access: { permissions: [READ], namesakes: [] } } },
]

it('asks for the client by its id, without a secret', async () => {
  const { deps, references } = depsOf(anOlderClient(), withAccess)
  await previewToken(deps, CLIENT_ID, { resources: [] })
  expect(references).toEqual([null, { clientId: CLIENT_ID, jti: '', kid: '' }])
})

it.each<[string, Partial<Client>, string[]]>([
  ['nothing', {}, []],
  [
    'its suspension',
    { secrets: [aSecret()], suspension: { at: NOW, reason: null } },
    ['suspended'],
  ],
  ['that it has no credential', { secrets: [] }, ['no_live_credential']],
  [
    'that its secret has expired',
    { secrets: [aSecret({ expiresAt: NOW })] },
    ['no_live_credential'],
  ],
  ['nothing, with a public key alone,', { secrets: [], publicKeys: [aPublicKey()] }, []],
  [
    'that its public key has expired',
    { secrets: [], publicKeys: [aPublicKey({ expiresAt: NOW })] },
    ['no_live_credential'],
  ],
  ['nothing, with a certificate alone,', { secrets: [], certificates: [aCertificate()] }, []],
  [
    'that its certificate has expired',
    { secrets: [], certificates: [aCertificate({ expiresAt: NOW })] },
    ['no_live_credential'],
  ],
  [
    'both',
    { secrets: [], suspension: { at: NOW, reason: 'it leaked' } },
    ['suspended', 'no_live_credential'],
  ],
])('says that %s stands in the way, and what the token would say', async (_, fields, obstacles) => {
  const client = anOlderClient(fields)
  const { deps } = depsOf(client, withAccess)
  const claims = {
    iss: ISSUER,
    sub: CLIENT_ID,
    client_id: CLIENT_ID,
    aud: API,
    scope: 'invoices:read',
    iat: NOW,
    exp: NOW + 3600,
    jti: '…',
    gen: 3,
  }
  expect(await previewToken(deps, CLIENT_ID, { resources: [] })).toEqual({
    client,
    access: { permissions: [READ], namesakes: [] },
    obstacles,
    claims,
    length: tokenLength({ ...claims, jti: 'a-jti-of-22-characters' }, 'ES256'),
  })
})

it('has no access where the client was deleted in between, and a bug is no refusal', async () => {
  for (const facts of [[], [{ client: null }]]) {
    const { deps } = depsOf(anOlderClient(), async () => facts)
    const { access, claims } = await previewToken(deps, CLIENT_ID, { resources: [] })
    expect(access).toEqual({ permissions: [], namesakes: [] })
    expect(claims).toMatchObject({
      code: 'invalid_scope',
      message: 'The client has no permission.',
    })
  }
  const { deps } = depsOf(anOlderClient(), withAccess)
  const broken = { scope: 42 as unknown as string, resources: [] }
  await expect(previewToken(deps, CLIENT_ID, broken)).rejects.toThrow(TypeError)
})

it.each<[string, Partial<Client>, object | undefined]>([
  ['no key', {}, undefined],
  ['a key', { requireDpop: true }, { jkt: '…' }],
  ['a key, by its profile', { profile: 'fapi2' }, { jkt: '…' }],
  ['a certificate', { bindToCertificate: true }, { 'x5t#S256': '…' }],
  ['both', { requireDpop: true, bindToCertificate: true }, { jkt: '…', 'x5t#S256': '…' }],
])('shows a token that is bound to %s', async (_, fields, cnf) => {
  const plain = depsOf(anOlderClient(), withAccess).deps
  const { deps } = depsOf(anOlderClient(fields), withAccess)
  const [{ length }, preview] = [
    await previewToken(plain, CLIENT_ID, { resources: [] }),
    await previewToken(deps, CLIENT_ID, { resources: [] }),
  ]
  expect((preview.claims as TokenClaims).cnf).toEqual(cnf)
  // A thumbprint has 43 characters, and counts in the length.
  expect(preview.length - length).toBeGreaterThanOrEqual(cnf ? 43 * Object.keys(cnf).length : 0)
})
