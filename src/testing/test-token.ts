import { SignJWT } from 'jose'
import type { Seconds } from '../domain/time.ts'
import { JTI_LENGTH, type TokenClaims } from '../domain/token.ts'
import { OWN_KEY, testKey } from './test-keys.ts'

export const DEFAULT_CLIENT = 'client_test'

export type TestTokenOptions = {
  /** @default 'client_test' */
  clientId?: string | undefined
  /** Scope values: one, several separated by spaces, or a list. @default none */
  scope?: string | readonly string[] | undefined
  /** @default the issuer's `audience` */
  audience?: string | readonly string[] | undefined
  /** Seconds from now until it expires: 0 or less for one that has expired. @default 3600 */
  expiresIn?: Seconds | undefined
  /**
   * `wrong`: by another key than its `kid` says. `unknown-key`: by a key that is not published.
   * @default 'right'
   */
  signature?: 'right' | 'wrong' | 'unknown-key' | undefined
  /** Replaces claims; `undefined` takes one away. */
  claims?: Record<string, unknown> | undefined
  /** Replaces members of the header; `undefined` takes one away. */
  header?: Record<string, unknown> | undefined
}

type Issue = {
  issuer: string
  audience: string
  now: Seconds
  generation: number
  statusUri: string
}

/** A token as the server issues it (RFC 9068), except where the test wants it wrong. */
export async function signTestToken(options: TestTokenOptions, issue: Issue) {
  const { signature = 'right', clientId = DEFAULT_CLIENT, expiresIn = 3600 } = options
  const key = await testKey(issue.issuer, signature === 'right' ? OWN_KEY : 'not-published')
  const { audience = issue.audience } = options
  const claims: TokenClaims = {
    iss: issue.issuer,
    sub: clientId,
    client_id: clientId,
    aud: typeof audience === 'string' ? audience : [...audience],
    scope: wordsOf(options.scope).join(' '),
    iat: issue.now,
    exp: issue.now + expiresIn,
    jti: crypto.randomUUID().replaceAll('-', '').slice(0, JTI_LENGTH),
    gen: issue.generation,
    status: { status_list: { idx: 0, uri: issue.statusUri } },
    ...options.claims,
  }
  const kid = signature === 'wrong' ? OWN_KEY : key.kid
  const token = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid, ...options.header })
    .sign(key.privateKey)
  return { token, claims }
}

export function wordsOf(scope: TestTokenOptions['scope'] = []): string[] {
  const values = typeof scope === 'string' ? scope.split(' ') : [...scope]
  return values.filter((value) => value !== '')
}
