import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import { expect } from 'vitest'
import {
  type AnyGuardOptions,
  type GuardOptions,
  type Introspector,
  verifyRequest,
} from '../../src/guard/index.ts'
import { API, type Json, testServer } from '../support/server.ts'

let made = 0

/** The guard remembers keys and answers by issuer: each test has its own. */
export const freshIssuer = () => `https://issuer-${++made}.example`

export const requestWith = (token: string) =>
  new Request(`${API}/invoices`, { headers: { Authorization: `Bearer ${token}` } })

/** The outcome of a request with this token, in short: `passes`, or `401 invalid_token`. */
export async function outcome(token: string, options: AnyGuardOptions): Promise<string> {
  const result = await verifyRequest(requestWith(token), options)
  if (!(result instanceof Response)) return 'passes'
  const { error, error_description } = await result.json<Json>()
  if (error !== undefined) expect(error_description).toMatch(/^[A-Z].+\.$/)
  const retry = result.headers.get('Retry-After')
  return [result.status, error, ...(retry === null ? [] : [`retry after ${retry}`])].join(' ')
}

export const UNREACHABLE = '503 temporarily_unavailable retry after 5'

/** A real server, a client with a token, and an API that asks the server with credentials of its own. */
export async function realIssuer(scopes = 'invoices:read') {
  const issuer = freshIssuer()
  const server = testServer({ issuer })
  await server.api()
  const client = await server.client({ [API]: scopes })
  const caller = await server.client({ [API]: 'tokens:introspect' })
  const asked: string[] = []
  const fetcher: Introspector = {
    fetch(url, init) {
      const { pathname } = new URL(url)
      asked.push(pathname)
      return server.send(pathname, init)
    },
  }
  const options = {
    issuer,
    audience: API,
    fetcher,
    clientId: caller.id,
    clientSecret: caller.secret,
    now: () => server.clock.now,
  } satisfies GuardOptions
  return { issuer, server, client, asked, options, token: await server.token(client) }
}

/** A key pair, and what an issuer publishes of it. */
export async function keyPair(kid: string, algorithm = 'ES256') {
  const { privateKey, publicKey } = await generateKeyPair(algorithm)
  const jwk: JWK = { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: 'sig' }
  return { kid, algorithm, privateKey, jwk }
}

/**
 * An issuer whose every answer the test chooses, with a clock that does not run until it is moved.
 * The tokens that it signs are whatever the test says.
 */
export async function scriptedIssuer() {
  const issuer = freshIssuer()
  const clock = { now: 1_800_000_000 }
  const first = await keyPair('key-1')
  const asked: string[] = []
  const script = {
    keys: (): Response | Promise<Response> => Response.json({ keys: [first.jwk] }),
    introspection: (_init: RequestInit): Response | Promise<Response> =>
      Response.json({ active: true, scope: 'invoices:read' }),
  }
  const fetcher: Introspector = {
    async fetch(url, init = {}) {
      const { pathname } = new URL(url)
      asked.push(pathname)
      return pathname.endsWith('jwks.json') ? script.keys() : script.introspection(init)
    },
  }
  const claims = {
    iss: issuer,
    sub: 'reporter',
    client_id: 'reporter',
    aud: API,
    scope: 'invoices:read',
    iat: clock.now,
    exp: clock.now + 43_200,
    jti: 'token-1',
    gen: 0,
  }
  function sign(changes: Json = {}, header: Json = {}, key = first): Promise<string> {
    const protectedHeader = { alg: key.algorithm, typ: 'at+jwt', kid: key.kid, ...header }
    return new SignJWT({ ...claims, ...changes })
      .setProtectedHeader(protectedHeader)
      .sign(key.privateKey)
  }
  const options = {
    issuer,
    audience: API,
    fetcher,
    clientId: 'api',
    clientSecret: 'secret',
    now: () => clock.now,
  } satisfies GuardOptions
  /** How often it was asked for this. */
  const count = (path: string) => asked.filter((other) => other === path).length
  return {
    issuer,
    clock,
    script,
    options,
    sign,
    claims,
    keyFetches: () => count('/.well-known/jwks.json'),
    questions: () => count('/oauth/introspect'),
  }
}
