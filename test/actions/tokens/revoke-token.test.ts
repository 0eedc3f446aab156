import { describe, expect, it } from 'vitest'
import { revokeToken } from '../../../src/actions/tokens/revoke-token.ts'
import { secretVerifiers } from '../../../src/crypto/secret-verifiers.ts'
import type { Client } from '../../../src/domain/client.ts'
import type { Credential, Lookup, TokenFacts } from '../../../src/domain/credential.ts'
import { formatSecret } from '../../../src/domain/secret-text.ts'
import { claimsFor, type TokenReference } from '../../../src/domain/token.ts'
import { rings } from '../../crypto/rings.ts'
import { aSecret, ISSUER, NOW } from '../../domain/arbitraries.ts'
import { anOlderClient, CLIENT_ID, serverWith, unasked } from '../one-client.ts'
import { noAssertions, noKeyReads } from '../no-assertions.ts'

const KEY_ID = '0123456789AB'
const SECRET = formatSecret(KEY_ID, 'r'.repeat(43))
const KEY = {
  kid: 'kid_1',
  algorithm: 'ES256' as const,
  publicJwk: '{}',
  wrappedKey: 'wrapped',
  revoked: false,
}
const REFERENCE: TokenReference = { clientId: CLIENT_ID, jti: 'jti_1', kid: 'kid_1' }
const CLAIMS = claimsFor(
  { clientId: CLIENT_ID, generation: 3, accessTokenLifetime: 3600 },
  { audiences: ['https://api.example.com'], scopes: ['read'] },
  { issuer: ISSUER, jti: 'jti_1', now: NOW },
)

type Situation = {
  client?: Partial<Client>
  facts?: Partial<TokenFacts>
  claims?: typeof CLAIMS | null
  /** How many tokens of the client are revoked one by one. */
  revoked?: number
  /** Whether this one was revoked since the caller was let in. */
  isRevoked?: boolean
  losses?: number
}

async function serverOf(situation: Situation) {
  const { facts, claims = CLAIMS, revoked = 0, isRevoked = false, losses = 0 } = situation
  const client = anOlderClient(situation.client)
  const server = serverWith({ client, losses })
  const verifier = await secretVerifiers(rings.before).make(KEY_ID, SECRET)
  const credential: Credential = {
    clientId: CLIENT_ID,
    suspended: false,
    generation: 3,
    accessTokenLifetime: 3600,
    lastTokenAt: null,
    statusPlace: null,
    profile: null,
    requireDpop: false,
    bindToCertificate: false,
    access: { permissions: [], namesakes: [] },
    kind: 'secret',
    secret: aSecret({ verifier, lastUsedAt: NOW }),
  }
  const found: TokenFacts = { client: null, key: KEY, revoked: false, shut: false, ...facts }
  const deps = {
    ...server.deps,
    closed: false,
    defer: () => {},
    learn: () => {},
    failures: { wait: async () => 0, record: async () => 0 },
    hashChecks: { wait: async () => 0, record: async () => 0 },
    clients: {
      ...server.deps.clients,
      revokedTokens: async (id: string, now: number) =>
        id === CLIENT_ID && now === NOW ? revoked : 0,
    },
    credentials: {
      withTokens: async (lookup: Lookup | null, [asked]: (TokenReference | null)[]) => ({
        credential: lookup?.keyId === KEY_ID ? credential : null,
        tokens: asked?.jti === 'jti_1' ? [found] : [],
        shut: false,
      }),
      isRevoked: async (jti: string) => isRevoked && jti === 'jti_1',
      forToken: unasked,
      noteUse: unasked,
      noteToken: unasked,
      rehash: unasked,
      ...noKeyReads,
    },
    ...noAssertions,
    tokenVerifier: {
      reference: (token: string) => (token === 'token' ? REFERENCE : null),
      verify: async (token: string, key: typeof KEY, now: number) =>
        token === 'token' && key === KEY && now === NOW ? claims : null,
      isSignedBy: unasked,
    },
  }
  const credentials = { kind: 'secret' as const, clientId: CLIENT_ID, secret: SECRET }
  const caller = { credentials, address: '192.0.2.1' }
  const revoke = (token = 'token') => revokeToken(deps, { caller, token, requestId: 'request_1' })
  return { ...server, client, revoke }
}

describe('a token that its client revokes', () => {
  it('is noted until it expires, the edge is to learn of it, and the client looks unchanged', async () => {
    const { revoke, client, writes, events } = await serverOf({})
    await revoke()
    const after = { ...client, denylistVersion: 5, propagation: 'pending' }
    expect(writes()).toEqual([
      { kind: 'client', before: client, after },
      { kind: 'revoked_token', clientId: CLIENT_ID, jti: 'jti_1', expiresAt: NOW + 3600 },
      { kind: 'denylist', clientId: CLIENT_ID, version: 5 },
    ])
    expect(events).toMatchObject([
      {
        action: 'token.revoked',
        actor: { type: 'client', id: CLIENT_ID },
        clientId: CLIENT_ID,
        target: { type: 'token', id: 'jti_1' },
        requestId: 'request_1',
      },
    ])
  })

  it('may be of a client with power here', async () => {
    const access = [{ audience: ISSUER, permission: 'clients:manage' }]
    const { revoke, commits } = await serverOf({ client: { access } })
    await revoke()
    expect(commits).toHaveLength(1)
  })

  it.each<[string, Situation]>([
    ['it is none of ours by its key', { facts: { key: null } }],
    ['it was revoked already', { facts: { revoked: true } }],
    ['it was revoked by another request in between', { isRevoked: true, revoked: 1000 }],
    ['it has expired, or another signed it', { claims: null }],
  ])('needs nothing done where %s', async (_, situation) => {
    const { revoke, commits } = await serverOf(situation)
    await revoke()
    expect(commits).toEqual([])
  })

  it('needs nothing done where it is no token', async () => {
    const { revoke, commits } = await serverOf({})
    await revoke('text')
    expect(commits).toEqual([])
  })

  it('is refused where it is another client’s, and stays', async () => {
    const { revoke, commits } = await serverOf({ claims: { ...CLAIMS, client_id: 'client_2' } })
    await expect(revoke()).rejects.toMatchObject({
      code: 'invalid_request',
      message: 'The token was issued to another client.',
    })
    expect(commits).toEqual([])
  })
})

describe('a client that was cut off between its secret and the change', () => {
  it.each<[string, Partial<Client>]>([
    ['its secret was deleted', { secrets: [] }],
    ['its secret has ended', { secrets: [aSecret({ expiresAt: NOW })] }],
    ['its secret was replaced', { secrets: [aSecret({ retiresAt: NOW })] }],
    ['it was suspended', { suspension: { at: NOW, reason: null } }],
  ])('INV-16: revokes nothing where %s', async (_, client) => {
    const { revoke, commits } = await serverOf({ client })
    await expect(revoke()).rejects.toMatchObject({
      code: 'invalid_client',
      message: 'The client or its secret was cut off.',
    })
    expect(commits).toEqual([])
  })
})

describe('a client that revokes many tokens', () => {
  it('has a thousand at most in its entry at a time, and is told when to come back', async () => {
    const last = await serverOf({ revoked: 999 })
    await last.revoke()
    expect(last.commits).toHaveLength(1)
    const { revoke, commits } = await serverOf({ revoked: 1000 })
    await expect(revoke()).rejects.toMatchObject({
      code: 'too_many_requests',
      message: 'Too many tokens of this client have been revoked individually.',
      extras: { retryAfter: 600 },
    })
    expect(commits).toEqual([])
  })

  it('gives way to administrators: it takes no turn, and gives up', async () => {
    const { revoke, reserved, turns } = await serverOf({ losses: 60 })
    await expect(revoke()).rejects.toMatchObject({ name: 'Unavailable', what: 'changes' })
    expect(reserved).toEqual([])
    expect(turns).toHaveLength(24)
  })
})
