import type { CredentialOf, Lookup, TokenFacts } from '../../src/domain/credential.ts'
import type { Permission } from '../../src/domain/permission.ts'
import type { TokenClaims } from '../../src/domain/token.ts'
import { aSecret, ISSUER, NOW, READ } from '../domain/arbitraries.ts'
import { noAssertions, noKeyReads, noRetirements } from './no-assertions.ts'

// Tokens whose signature is a matter of being known, for actions that decide by what D1 says of them.

export const OTHER = 'https://other.example.com'
export const on = (audience: string, permission: string): Permission => ({ audience, permission })
export const access = (...permissions: Permission[]) => ({ permissions, namesakes: [] })

export const KEY = {
  kid: 'key_1',
  algorithm: 'ES256' as const,
  publicJwk: '{}',
  wrappedKey: 'wrapped',
  revoked: false,
}

export type Known = { claims: TokenClaims; facts: TokenFacts }

/** A token of a client that may do what it says, and more where `permissions` are given. */
export function aToken(fields: Partial<TokenClaims> = {}, permissions?: Permission[]): Known {
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
  return { claims, facts: { client, key: KEY, revoked: false, shut: false } }
}

/** The credential of a client that calls, with what it may do. */
export function aCredential(...permissions: Permission[]): CredentialOf<'secret'> {
  return {
    clientId: 'client_1',
    suspended: false,
    generation: 4,
    accessTokenLifetime: 600,
    lastTokenAt: NOW,
    statusPlace: null,
    profile: null,
    requireDpop: false,
    bindToCertificate: false,
    access: access(...permissions),
    kind: 'secret',
    secret: { ...aSecret(), lastUsedAt: NOW },
  }
}

/** A server to which these texts, and no others, have the form of its tokens. */
export function aServer(
  tokens: Record<string, Known>,
  { closed = false, shut = false, credential = null as CredentialOf<'secret'> | null } = {},
) {
  const asked: unknown[] = []
  const byJti = new Map(Object.values(tokens).map(({ claims, facts }) => [claims.jti, facts]))
  const deps = {
    closed,
    keyChecks: { ask: async () => {}, confirm: async () => {} },
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
      withTokens: async (lookup: Lookup | null, references: ({ jti: string } | null)[]) => {
        asked.push(lookup?.keyId ?? null, ...references.map((one) => one && one.jti))
        const facts = (one: { jti: string } | null) => one && byJti.get(one.jti)
        const nothing = { client: null, key: null, revoked: false, shut }
        const tokens = references.map((one) => ({ ...(facts(one) ?? nothing), shut }))
        return { credential, tokens, shut }
      },
      isRevoked: async () => false,
      noteUse: async () => {},
      noteToken: async () => {},
      rehash: async () => {},
      ...noKeyReads,
    },
    ...noAssertions,
    ...noRetirements,
    failures: { wait: async () => 0, record: async () => 0 },
    learn: () => {},
    tokenCounts: { count: () => {}, isDue: () => false, flush: async () => {} } as never,
    hashChecks: { wait: async () => 0, record: async () => 0 },
    guesses: { wait: async () => 0, record: async () => 0 },
    verifiers: {
      make: () => Promise.reject(new Error('nothing is outdated')),
      matches: async () => credential !== null,
      keep: () => Promise.reject(new Error('nothing is imported')),
      isOutdated: () => false,
    },
    defer: () => {},
  }
  return { deps: { ...deps, tokenReads: deps.credentials }, asked }
}
