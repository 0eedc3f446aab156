import { decodeJwt, errors, jwtVerify } from 'jose'
import { DENYLIST_PREFIX } from '../domain/denylist.ts'
import type { Seconds } from '../domain/time.ts'
import type { TokenClaims } from '../domain/token.ts'
import type {
  DenylistReader,
  GuardOptions,
  IntrospectionAnswer,
  Introspector,
} from '../guard/options.ts'
import { type TestClients, testClients } from './test-clients.ts'
import { testFetch } from './test-fetch.ts'
import { OWN_KEY, testKey } from './test-keys.ts'
import { testStatusLists } from './test-status-lists.ts'
import { DEFAULT_CLIENT, signTestToken, type TestTokenOptions, wordsOf } from './test-token.ts'

export type TestIssuerOptions = {
  /** The URL by which the API knows its issuer. @default 'https://issuer.test' */
  issuer?: string | undefined
  /** The audience of the API, and of tokens that name none. @default 'https://api.test' */
  audience?: string | undefined
  /** The time in whole seconds since 1970. @default the clock, which vitest may have set */
  now?: (() => Seconds) | undefined
}

export type TestIssuer = {
  readonly issuer: string
  readonly audience: string
  /** Makes a signed token: for the client `client_test` and one hour, unless the options differ. */
  token(options?: TestTokenOptions): Promise<string>
  /** Makes every token of the client inactive, until it is resumed. */
  suspend(clientId?: string): void
  resume(clientId?: string): void
  /** Revokes one token. */
  revoke(token: string): void
  /** Revokes all tokens that the client has had so far. */
  revokeTokens(clientId?: string): void
  /** Takes access away: the client keeps at most this part of its tokens' scope. */
  limitScope(scope: string | readonly string[], clientId?: string): void
  /** Stops the server and the denylist from answering, until `recover()`. */
  fail(): void
  recover(): void
  /** The options for a guard: the issuer, the audience, how to ask, and the clock. */
  guardOptions(more?: Partial<GuardOptions>): GuardOptions
  /** Replaces the service binding. */
  readonly fetcher: Required<Introspector>
  /** Replaces the global `fetch`, for an API that introspects with credentials; it accepts any. */
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>
  /** Replaces the KV namespace. */
  readonly denylist: DenylistReader
}

/**
 * An issuer for an API's own tests: it makes tokens that the guard accepts, and suspends their
 * clients, without a server or a network.
 *
 * @example
 * const issuer = testIssuer()
 * const app = makeApp(issuer.guardOptions({ scope: 'invoices:read' }))
 * const headers = { Authorization: `Bearer ${await issuer.token({ scope: 'invoices:read' })}` }
 * expect((await app.request('/invoices', { headers })).status).toBe(200)
 * issuer.suspend()
 * expect((await app.request('/invoices', { headers })).status).toBe(401)
 */
export function testIssuer(options: TestIssuerOptions = {}): TestIssuer {
  const { issuer = 'https://issuer.test', audience = 'https://api.test' } = options
  const now = options.now ?? (() => Math.floor(Date.now() / 1000))
  const clients = testClients()
  const lists = testStatusLists(issuer, clients, now)
  let isDown = false
  const requireUp = () => {
    if (isDown) throw new Error('The test issuer does not answer.')
  }
  async function introspect(token: string): Promise<IntrospectionAnswer> {
    requireUp()
    const claims = await claimsOf(token, issuer, now())
    const scope = claims && clients.scopeHeld(claims)
    return claims && scope !== null ? { ...claims, active: true, scope } : { active: false }
  }
  const keys = async () => [(await testKey(issuer, OWN_KEY)).jwk]
  const listAt = async (url: string) => {
    const list = await lists.listAt(url)
    if (list !== null) requireUp()
    return list
  }
  const fetch = testFetch({ issuer, keys, introspect, listAt })
  const fetcher = { fetch, introspect }
  const denylist: DenylistReader = {
    async get(key) {
      requireUp()
      return clients.entry(key.slice(DENYLIST_PREFIX.length))
    },
  }
  // Nothing leaves the test: the URL may be that of a development's container.
  const asked = { issuer, plainHttpInDevelopment: true, fetcher, denylist }
  return {
    issuer,
    audience,
    async token(of = {}) {
      const { generation } = clients.client(of.clientId ?? DEFAULT_CLIENT)
      const issue = { issuer, audience, now: now(), generation, statusUri: lists.newUri() }
      const { token, claims } = await signTestToken(of, issue)
      lists.add(issue.statusUri, claims)
      return token
    },
    ...controlsOf(clients),
    fail: () => void (isDown = true),
    recover: () => void (isDown = false),
    guardOptions: (more = {}) => ({ ...asked, audience, now, ...more }),
    fetcher,
    fetch,
    denylist,
  }
}

function controlsOf({ client }: TestClients) {
  return {
    suspend: (id = DEFAULT_CLIENT) => void (client(id).suspended = true),
    resume: (id = DEFAULT_CLIENT) => void (client(id).suspended = false),
    revoke(token: string) {
      const { client_id: id, jti } = decodeJwt<TokenClaims>(token)
      client(id).revoked.add(jti)
    },
    revokeTokens: (id = DEFAULT_CLIENT) => void client(id).generation++,
    limitScope: (scope: string | readonly string[], id = DEFAULT_CLIENT) =>
      void (client(id).scope = wordsOf(scope)),
  }
}

/** The claims of a token that this issuer signed and that has not expired; else null. */
async function claimsOf(token: string, issuer: string, now: Seconds): Promise<TokenClaims | null> {
  const { publicKey } = await testKey(issuer, OWN_KEY)
  const currentDate = new Date(now * 1000)
  try {
    const rules = { issuer, typ: 'at+jwt', currentDate }
    return (await jwtVerify<TokenClaims>(token, publicKey, rules)).payload
  } catch (error) {
    if (error instanceof errors.JOSEError) return null
    throw error
  }
}
