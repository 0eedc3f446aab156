import * as oauth from 'oauth4webapi'
import { Unavailable } from '../../domain/errors.ts'
import type { OidcSettings } from '../../domain/sign-in.ts'
import { MINUTE, type Seconds } from '../../domain/time.ts'
import type { UnderWay } from './under-way.ts'

const DISCOVERED_FOR: Seconds = 5 * MINUTE
const PATIENCE_MS = 5000

/** What each provider says of itself, as data and not as a promise: no request may wait for another's. */
const discovered = new Map<string, { server: oauth.AuthorizationServer; at: Seconds }>()

/** A copy each time, because oauth4webapi hangs fetches that are under way on the object. */
export async function discover(
  { issuer }: OidcSettings,
  now: Seconds,
): Promise<oauth.AuthorizationServer> {
  const known = discovered.get(issuer)
  if (known && now - known.at < DISCOVERED_FOR) return { ...known.server }
  const server = await reach('discovery', async () => {
    const url = new URL(issuer)
    const answer = await oauth.discoveryRequest(url, waysTo(issuer))
    const server = await oauth.processDiscoveryResponse(url, answer)
    authorizationEndpoint(server, issuer)
    return server
  })
  discovered.set(issuer, { server, at: now })
  return { ...server }
}

export function authorizationEndpoint(server: oauth.AuthorizationServer, issuer: string): URL {
  const url = URL.parse(server.authorization_endpoint ?? '')
  const isInsecure = url?.protocol === 'http:' && issuer.startsWith('http:')
  if (url && (url.protocol === 'https:' || isInsecure)) return url
  throw new TypeError('authorization_endpoint is no https URL')
}

/** What the provider says of who signed in. */
export type Said = { email: unknown; isVerified: boolean }

type Exchange = {
  settings: OidcSettings
  server: oauth.AuthorizationServer
  redirectUri: string
  now: Seconds
}

/**
 * Trades the code that the browser brought for who signed in.
 * @throws Unavailable when the provider does not answer; another Error when it or the browser lies
 */
export async function whoSignedIn(
  exchange: Exchange,
  brought: URLSearchParams,
  underWay: UnderWay,
): Promise<Said> {
  const { settings, server } = exchange
  const client = clientOf(exchange)
  const { claims, accessToken } = await exchanged(exchange, brought, underWay)
  if (claims['email'] !== undefined || !server.userinfo_endpoint) return saidIn(claims)
  // Where an access token is issued, the claims of a scope may be at this endpoint alone (OIDC Core §5.4).
  const answer = await reach('userinfo endpoint', () =>
    oauth.userInfoRequest(server, client, accessToken, waysTo(settings.issuer)),
  )
  return saidIn(await oauth.processUserInfoResponse(server, client, claims.sub, answer))
}

async function exchanged(
  exchange: Exchange,
  brought: URLSearchParams,
  { state, nonce, verifier }: UnderWay,
): Promise<{ claims: oauth.IDToken; accessToken: string }> {
  const { settings, server, redirectUri } = exchange
  const client = clientOf(exchange)
  const proof = proofOf(server, settings.clientSecret)
  const code = oauth.validateAuthResponse(server, client, brought, state)
  if (!code.get('code') || code.getAll('code').length > 1) throw new TypeError('not one code')
  const ways = waysTo(settings.issuer)
  const answer = await reach('token endpoint', () =>
    oauth.authorizationCodeGrantRequest(server, client, proof, code, redirectUri, verifier, ways),
  )
  if (answer.status >= 500) throw new Unavailable('identity_provider', 'its token endpoint fails')
  const expected = { expectedNonce: nonce, requireIdToken: true }
  const tokens = await oauth.processAuthorizationCodeResponse(server, client, answer, expected)
  await oauth.validateApplicationLevelSignature(server, answer, ways).catch(orUnavailable)
  const claims = oauth.getValidatedIdTokenClaims(tokens)
  if (!claims) throw new TypeError('no ID token')
  return { claims, accessToken: tokens.access_token }
}

/** The clock of the server, for what expires. */
function clientOf({ settings, now }: Exchange): oauth.Client {
  const skew = now - Math.floor(Date.now() / 1000)
  return { client_id: settings.clientId, [oauth.clockSkew]: skew }
}

function saidIn(claims: oauth.IDToken | oauth.UserInfoResponse): Said {
  return { email: claims['email'], isVerified: claims['email_verified'] === true }
}

/** Basic, which every server must know (RFC 6749 §2.3.1), unless the provider says otherwise. */
function proofOf(server: oauth.AuthorizationServer, secret: string): oauth.ClientAuth {
  const ways = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
  const isPost = !ways.includes('client_secret_basic') && ways.includes('client_secret_post')
  return isPost ? oauth.ClientSecretPost(secret) : oauth.ClientSecretBasic(secret)
}

function waysTo(issuer: string) {
  const isInsecure = issuer.startsWith('http:')
  return {
    signal: AbortSignal.timeout(PATIENCE_MS),
    ...(isInsecure ? { [oauth.allowInsecureRequests]: true } : {}),
  }
}

async function reach<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw new Unavailable('identity_provider', `${what} (${reasonOf(error)})`)
  }
}

/** Of the keys: a provider that does not give them is down, a token that they did not sign is a lie. */
function orUnavailable(error: unknown): never {
  const isToken = [oauth.OperationProcessingError, oauth.UnsupportedOperationError].some(
    (kind) => error instanceof kind,
  )
  const isAnswer = isToken && (error as { code?: string }).code !== oauth.RESPONSE_IS_NOT_CONFORM
  if (isAnswer) throw error
  throw new Unavailable('identity_provider', `keys (${reasonOf(error)})`)
}

/** For the log: the kind of what went wrong, or what the network says. A provider's words could quote anything. */
export function reasonOf(error: unknown): string {
  if (error instanceof oauth.ResponseBodyError) return `it says ${error.error.slice(0, 40)}`
  const { code, message } = error as { code?: unknown; message?: unknown }
  return String(code ?? message).slice(0, 100)
}
