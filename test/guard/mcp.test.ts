import * as errors from '@modelcontextprotocol/sdk/server/auth/errors.js'
import {
  OAuthError,
  type OAuthTokenVerifier,
  requireBearerAuth,
} from '@modelcontextprotocol/server'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { type GuardOptions, verifyRequest } from '../../src/guard/index.ts'
import { mcpAuthInfo, type McpErrors, mcpVerifier } from '../../src/guard/mcp.ts'
import { testIssuer } from '../../src/testing/index.ts'

const SCOPE = 'invoices:read'
const RESOURCE = new URL('https://api.test')

const bearer = (token: string) =>
  new Request('https://api.test/mcp', { headers: { Authorization: `Bearer ${token}` } })

function guarded(options?: Partial<GuardOptions>) {
  const issuer = testIssuer()
  const all = issuer.guardOptions(options)
  const verifier = mcpVerifier(all, { OAuthError })
  const gate = requireBearerAuth({
    verifier,
    requiredScopes: [SCOPE],
    expectedResource: RESOURCE,
  })
  return { issuer, all, verifier, gate }
}

describe('the verifier of an MCP server', () => {
  it('is one by the types of the SDK', () => {
    const { verifier } = guarded()
    expectTypeOf(verifier).toExtend<OAuthTokenVerifier>()
    expectTypeOf(errors).toExtend<McpErrors>()
  })

  it('says whose token it is, what it may, for which API and until when', async () => {
    const { issuer, verifier, gate } = guarded()
    const token = await issuer.token({ clientId: 'client_agent', scope: SCOPE })
    const info = await verifier.verifyAccessToken(token)
    expect(info).toEqual({
      token,
      clientId: 'client_agent',
      scopes: [SCOPE],
      expiresAt: expect.any(Number),
      resource: RESOURCE,
    })
    expect(await gate(bearer(token))).toEqual(info)
  })

  it('names this API where the token is for others as well', async () => {
    const { issuer, gate } = guarded()
    const audience = ['https://orders.test', issuer.audience]
    const found = await gate(bearer(await issuer.token({ scope: SCOPE, audience })))
    expect(found).toMatchObject({ resource: RESOURCE })
  })

  it('names no resource where the audience is no URL', async () => {
    const issuer = testIssuer({ audience: 'billing' })
    const verifier = mcpVerifier(issuer.guardOptions(), { OAuthError })
    const info = await verifier.verifyAccessToken(await issuer.token())
    expect(info).not.toHaveProperty('resource')
  })

  it('makes its options of an environment', async () => {
    const { issuer, all } = guarded()
    const make = (env: { all: GuardOptions }) => env.all
    const verifier = mcpVerifier(make, { OAuthError }, { all })
    const token = await issuer.token({ clientId: 'client_agent' })
    expect(await verifier.verifyAccessToken(token)).toMatchObject({ clientId: 'client_agent' })
  })

  it('reports a wrong option at once', () => {
    const { all } = guarded()
    expect(() => mcpVerifier({ ...all, audience: '' }, { OAuthError })).toThrow(TypeError)
  })
})

type Made = ReturnType<typeof guarded>

const REFUSALS: [string, (made: Made) => Promise<string>, number, string][] = [
  ['none', async () => '', 401, 'invalid_token'],
  ['not a token', async () => 'a.b.c', 401, 'invalid_token'],
  ['expired', ({ issuer }) => issuer.token({ scope: SCOPE, expiresIn: 0 }), 401, 'invalid_token'],
  [
    'for another API',
    ({ issuer }) => issuer.token({ scope: SCOPE, audience: 'https://orders.test' }),
    401,
    'invalid_token',
  ],
  [
    'of a suspended client',
    ({ issuer }) => (issuer.suspend(), issuer.token({ scope: SCOPE })),
    401,
    'invalid_token',
  ],
  [
    'bound to a key',
    ({ issuer }) => issuer.token({ scope: SCOPE, claims: { cnf: { jkt: 'a'.repeat(43) } } }),
    401,
    'invalid_token',
  ],
  [
    'bound to a certificate',
    ({ issuer }) => issuer.token({ scope: SCOPE, claims: { cnf: { 'x5t#S256': 'a'.repeat(43) } } }),
    401,
    'invalid_token',
  ],
  ['without the scope', ({ issuer }) => issuer.token(), 403, 'insufficient_scope'],
  [
    'of a server that does not answer',
    ({ issuer }) => (issuer.fail(), issuer.token({ scope: SCOPE })),
    500,
    'server_error',
  ],
]

describe('a token that does not pass', () => {
  it.each(REFUSALS)('%s: the answer of @modelcontextprotocol/server', async (...row) => {
    const [, tokenOf, status, error] = row
    const made = guarded()
    const answer = await made.gate(bearer(await tokenOf(made)))
    if (!(answer instanceof Response)) throw new Error('it passes')
    expect([answer.status, await answer.json()]).toMatchObject([status, { error }])
    const challenge = answer.headers.get('WWW-Authenticate')
    if (status === 500) expect(challenge).toBe(null)
    else expect(challenge).toContain(`Bearer error="${error}"`)
  })

  it.each(REFUSALS)('%s: the error of @modelcontextprotocol/sdk', async (...row) => {
    const [, tokenOf, status] = row
    const made = guarded({ scope: SCOPE })
    const verifier = mcpVerifier(made.all, errors)
    const thrown: unknown = await verifier.verifyAccessToken(await tokenOf(made)).catch((e) => e)
    const { InvalidTokenError, InsufficientScopeError, ServerError } = errors
    const expected = { 401: InvalidTokenError, 403: InsufficientScopeError }[status] ?? ServerError
    expect(thrown).toBeInstanceOf(expected)
    expect(String(thrown)).toMatch(/: [A-Z][^"\\]+\.$/)
  })

  it('is told apart by the scope that the guard itself wants', async () => {
    const { issuer, gate } = guarded({ scope: 'invoices:write' })
    const answer = await gate(bearer(await issuer.token({ scope: SCOPE })))
    expect(answer).toMatchObject({ status: 403 })
  })
})

describe('the token behind requireToken', () => {
  it('is told to the handlers as the verifier tells it', async () => {
    const { issuer, all, verifier } = guarded()
    const token = await issuer.token({ scope: SCOPE })
    const claims = await verifyRequest(bearer(token), all)
    if (claims instanceof Response) throw new Error('the token does not pass')
    const info = await verifier.verifyAccessToken(token)
    for (const header of [`Bearer ${token}`, `DPoP  ${token}`]) {
      expect(mcpAuthInfo(claims, header)).toEqual(info)
    }
    const several = { ...claims, aud: [issuer.audience, 'https://orders.test'] }
    expect(mcpAuthInfo(several, `Bearer ${token}`)).not.toHaveProperty('resource')
    expect(mcpAuthInfo(claims)).toMatchObject({ token: '', clientId: claims.client_id })
  })
})
