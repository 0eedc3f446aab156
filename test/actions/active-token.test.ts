import { describe, expect, it } from 'vitest'
import { activeToken } from '../../src/actions/active-token.ts'
import { authorizeAdministration } from '../../src/actions/authorize-administration.ts'
import { inspectToken, introspectToken } from '../../src/actions/introspect-token.ts'
import type { TokenFacts } from '../../src/domain/credential.ts'
import type { Permission } from '../../src/domain/permission.ts'
import type { TokenClaims } from '../../src/domain/token.ts'
import { ISSUER, NOW, READ } from '../domain/arbitraries.ts'

const OTHER = 'https://other.example.com'
const on = (audience: string, permission: string): Permission => ({ audience, permission })
const access = (...permissions: Permission[]) => ({ permissions, namesakes: [] })

const KEY = { kid: 'key_1', algorithm: 'ES256' as const, publicJwk: '{}', revoked: false }

type Known = { claims: TokenClaims; facts: TokenFacts }

/** A token of a client that may do what it says, and more where `permissions` are given. */
function aToken(fields: Partial<TokenClaims> = {}, permissions?: Permission[]): Known {
  const claims = {
    iss: ISSUER,
    sub: 'client_1',
    client_id: 'client_1',
    aud: READ.audience,
    scope: READ.permission,
    iat: NOW,
    exp: NOW + 60,
    jti: 'jti_1',
    gen: 4,
    ...fields,
  }
  const audience = String(claims.aud)
  const held = permissions ?? claims.scope.split(' ').map((scope) => on(audience, scope))
  const client = { suspended: false, generation: 4, access: access(...held) }
  return { claims, facts: { client, key: KEY, revoked: false } }
}

/** A server to which these texts, and no others, have the form of its tokens. */
function aServer(tokens: Record<string, Known>, closed = false) {
  const asked: unknown[] = []
  const byJti = new Map(Object.values(tokens).map(({ claims, facts }) => [claims.jti, facts]))
  const deps = {
    closed,
    issuer: ISSUER,
    now: () => NOW,
    bootstrapTokenMatches: async (text: string) => text === 'bootstrap',
    tokenVerifier: {
      reference: (text: string) => {
        const claims = tokens[text]?.claims
        return claims ? { clientId: claims.client_id, jti: claims.jti, kid: 'key_1' } : null
      },
      verify: async (text: string, key: unknown, now: number) =>
        key === KEY && now === NOW ? (tokens[text]?.claims ?? null) : null,
      isSignedBy: async () => true,
    },
    credentials: {
      forToken: () => Promise.reject(new Error('nothing is issued')),
      withTokens: async (keyId: string | null, references: ({ jti: string } | null)[]) => {
        asked.push(keyId, ...references.map((one) => one && one.jti))
        const facts = (one: { jti: string } | null) => one && byJti.get(one.jti)
        const nothing = { client: null, key: null, revoked: false }
        return { credential: null, tokens: references.map((one) => facts(one) ?? nothing) }
      },
      isRevoked: async () => false,
      noteUse: async () => {},
      noteToken: async () => {},
      rehash: async () => {},
    },
  }
  return { deps, asked }
}

const CLOSED = {
  name: 'Unavailable',
  what: 'configuration',
  message: 'configuration is out of reach: the server is closed for maintenance',
}

describe('an active token', () => {
  const judge = (facts: TokenFacts | undefined, closed = false) => {
    const known = aToken()
    return activeToken(aServer({ token: known }, closed).deps, 'token', facts)
  }

  it('is what D1 knows nothing against', async () => {
    const { claims, facts } = aToken()
    expect(await judge(facts)).toEqual(claims)
  })

  it.each<[string, Partial<TokenFacts> | null]>([
    ['nothing is known of it', null],
    ['its client is gone', { client: null }],
    ['its key is unknown', { key: null }],
    ['its key is revoked', { key: { ...KEY, revoked: true } }],
    ['it is revoked', { revoked: true }],
    ['its client is suspended', { client: { ...aToken().facts.client!, suspended: true } }],
    ['it is of an older generation', { client: { ...aToken().facts.client!, generation: 5 } }],
    ['it is of a newer generation', { client: { ...aToken().facts.client!, generation: 3 } }],
    [
      'its client may do nothing of it',
      { client: { ...aToken().facts.client!, access: access() } },
    ],
  ])('is none when %s', async (_, fields) => {
    const facts = fields === null ? undefined : { ...aToken().facts, ...fields }
    expect(await judge(facts)).toBeNull()
  })

  it('is none that another key signed', async () => {
    expect(await judge({ ...aToken().facts, key: { ...KEY } })).toBeNull()
  })

  it('has the scope that its client still holds', async () => {
    const known = aToken({ scope: 'invoices:read invoices:write' }, [READ])
    const { deps } = aServer({ token: known })
    const claims = await activeToken(deps, 'token', known.facts)
    expect(claims).toEqual({ ...known.claims, scope: 'invoices:read' })
  })

  it('is not told from another while the server is closed', async () => {
    await expect(judge(aToken().facts, true)).rejects.toMatchObject(CLOSED)
    await expect(judge(undefined, true)).rejects.toMatchObject(CLOSED)
  })
})

describe('who administers by a token', () => {
  const own = (scope: string, aud = ISSUER) => aToken({ aud, scope })

  it('is its client, with those of its scopes that Portcullis knows as its own', async () => {
    const { deps } = aServer({ token: own('clients:read audit:read toString') })
    expect(await authorizeAdministration(deps, 'token')).toEqual({
      type: 'client',
      id: 'client_1',
      permissions: ['clients:read', 'audit:read'],
    })
  })

  it('is whoever has the bootstrap token, for which nothing is read', async () => {
    const { deps, asked } = aServer({})
    const principal = await authorizeAdministration(deps, 'bootstrap')
    expect(principal).toEqual({ type: 'bootstrap', id: 'bootstrap' })
    expect(asked).toEqual([])
  })

  it.each([
    ['is for another audience', { token: own('clients:read', OTHER) }],
    ['has another form, and is not the bootstrap token', {}],
    ['is not active', { token: { ...own('clients:read'), facts: aToken({}, []).facts } }],
  ])('is nobody when it %s', async (_, tokens: Record<string, Known>) => {
    await expect(authorizeAdministration(aServer(tokens).deps, 'token')).rejects.toMatchObject({
      code: 'invalid_token',
      message: 'The access token is not active here.',
    })
  })
})

describe('a caller in the same account', () => {
  it('learns of any active token, by one read', async () => {
    const known = aToken()
    const { deps, asked } = aServer({ token: known })
    expect(await inspectToken(deps, 'token')).toEqual(known.claims)
    expect(asked).toEqual([null, 'jti_1'])
  })

  it('learns that other texts are none, without a read', async () => {
    const { deps, asked } = aServer({})
    expect(await inspectToken(deps, 'nonsense')).toBeNull()
    expect(asked).toEqual([])
  })
})

describe('a caller by a Bearer token', () => {
  const token = aToken({ jti: 'jti_2', client_id: 'client_2', sub: 'client_2' })
  const caller = (scope: string) => aToken({ aud: ISSUER, scope })

  async function introspect(tokens: Record<string, Known>) {
    const { deps, asked } = aServer({ token, ...tokens })
    const unused = {
      failures: { wait: () => 0, record: () => {} },
      verifiers: {
        make: () => Promise.reject(new Error('no secret was sent')),
        matches: async () => false,
        isOutdated: () => false,
      },
      afterwards: () => {},
    }
    const request = { caller: { bearer: 'caller' }, token: 'token' }
    const end: unknown = await introspectToken({ ...deps, ...unused }, request).catch(
      (error: unknown) => error,
    )
    return { end, asked }
  }

  it('learns of every token with the right on Portcullis itself, by one read', async () => {
    const { end, asked } = await introspect({ caller: caller('tokens:introspect') })
    expect(end).toEqual(token.claims)
    expect(asked).toEqual([null, 'jti_1', 'jti_2'])
  })

  it('is refused without the scope for it, which is named', async () => {
    const { end } = await introspect({ caller: caller('clients:read') })
    expect(end).toMatchObject({
      code: 'insufficient_scope',
      message: 'This needs tokens:introspect.',
      extras: { scope: 'tokens:introspect' },
    })
  })

  it.each([
    ['for another audience', { caller: aToken({ scope: 'tokens:introspect', aud: OTHER }) }],
    ['that is none', {}],
  ])('is refused with a token %s', async (_, tokens: Record<string, Known>) => {
    const { end } = await introspect(tokens)
    expect(end).toMatchObject({
      code: 'invalid_token',
      message: 'The token is not active here.',
    })
  })
})
