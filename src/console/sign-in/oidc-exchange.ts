import type { JWTPayload } from 'jose'
import { Unavailable } from '../../domain/errors.ts'
import type { OidcSettings } from '../../domain/sign-in.ts'
import type { Seconds } from '../../domain/time.ts'
import { ask } from './ask.ts'
import { claimsByKeys } from './keys.ts'
import type { Provider } from './oidc-provider.ts'
import type { UnderWay } from './under-way.ts'

/** The provider's statement about who signed in. */
export type Said = { email: unknown; isVerified: boolean }

export type Exchange = {
  settings: OidcSettings
  provider: Provider
  redirectUri: string
  now: Seconds
}

const CLOCK_TOLERANCE: Seconds = 30

/** Signatures by a key that only the provider has: not HMAC, for which a public key would do. */
const ASYMMETRIC = /^(?:(?:RS|PS|ES)(?:256|384|512)|EdDSA|Ed25519)$/

/**
 * Trades the code that the browser brought for the person who signed in (OpenID Connect Core §3.1).
 * @throws Unavailable when the provider does not answer; another Error when it or the browser lies
 */
export async function whoSignedIn(
  exchange: Exchange,
  brought: URLSearchParams,
  underWay: UnderWay,
): Promise<Said> {
  const code = codeIn(brought, exchange.provider)
  const { idToken, accessToken } = await tokensFor(exchange, code, underWay.verifier)
  const claims = await verifiedClaims(exchange, idToken, underWay.nonce)
  const { userinfo_endpoint: endpoint } = exchange.provider
  if (claims['email'] !== undefined || endpoint === undefined) return saidIn(claims)
  // Where an access token is issued, the claims of a scope may be only at this endpoint (§5.4).
  return saidIn(await userInfo(endpoint, accessToken, claims.sub))
}

/** RFC 6749 §4.1.2, from the provider asked (RFC 9207 §2.4). The state was compared before. */
function codeIn(brought: URLSearchParams, provider: Provider): string {
  const [code, ...others] = brought.getAll('code')
  if (!code || others.length > 0) throw new TypeError('not one code')
  if (['response', 'id_token', 'token'].some((name) => brought.has(name))) {
    throw new TypeError('not a code alone')
  }
  const issuers = brought.getAll('iss')
  const isNamed = provider.authorization_response_iss_parameter_supported === true
  if (issuers.some((issuer) => issuer !== provider.issuer) || (isNamed && issuers.length === 0)) {
    throw new TypeError('an answer of another issuer')
  }
  return code
}

async function tokensFor(
  { settings, provider, redirectUri }: Exchange,
  code: string,
  verifier: string,
) {
  const form = new URLSearchParams({
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri,
    code_verifier: verifier,
  })
  const headers = authenticated(form, settings, provider)
  const answer = await ask('token endpoint', provider.token_endpoint, {
    method: 'POST',
    headers,
    body: form,
  })
  if (answer.status >= 500) throw new Unavailable('identity_provider', 'its token endpoint fails')
  return tokensIn(answer.status, answer.body as TokenAnswer | undefined)
}

type TokenAnswer = Partial<Record<'id_token' | 'access_token' | 'token_type' | 'error', unknown>>

function tokensIn(status: number, body: TokenAnswer | undefined) {
  const { id_token: idToken, access_token: accessToken, token_type: type, error } = body ?? {}
  const why = typeof error === 'string' ? error.slice(0, 40) : status
  if (status !== 200) throw new TypeError(`it says ${why}`)
  if (typeof idToken !== 'string' || typeof accessToken !== 'string') {
    throw new TypeError('no ID token')
  }
  if (String(type).toLowerCase() !== 'bearer') throw new TypeError('not a Bearer token')
  return { idToken, accessToken }
}

/** Uses Basic, which every server must know (RFC 6749 §2.3.1), unless the provider differs. */
function authenticated(
  form: URLSearchParams,
  { clientId, clientSecret }: OidcSettings,
  { token_endpoint_auth_methods_supported: ways = ['client_secret_basic'] }: Provider,
): Record<string, string> {
  if (!ways.includes('client_secret_basic') && ways.includes('client_secret_post')) {
    form.set('client_id', clientId)
    form.set('client_secret', clientSecret)
    return {}
  }
  return { Authorization: `Basic ${btoa(`${formEncode(clientId)}:${formEncode(clientSecret)}`)}` }
}

function formEncode(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1)
}

/** The ID token's claims, if it was issued for this sign-in (OpenID Connect Core §3.1.3.7). */
async function verifiedClaims(
  { settings, provider, now }: Exchange,
  idToken: string,
  nonce: string,
): Promise<JWTPayload> {
  const offered = provider.id_token_signing_alg_values_supported ?? ['RS256']
  const place = { what: 'keys', url: provider.jwks_uri, now }
  const payload = await claimsByKeys(place, idToken, {
    algorithms: offered.filter((name) => ASYMMETRIC.test(name)),
    issuer: provider.issuer,
    audience: settings.clientId,
    requiredClaims: ['sub', 'iat', 'exp', 'nonce'],
    clockTolerance: CLOCK_TOLERANCE,
    currentDate: new Date(now * 1000),
  })
  if (payload['nonce'] !== nonce) throw new TypeError('an ID token of another sign-in')
  const isShared = Array.isArray(payload.aud) && payload.aud.length > 1
  const party = payload['azp'] ?? (isShared ? undefined : settings.clientId)
  if (party !== settings.clientId) throw new TypeError('an ID token for another party')
  return payload
}

async function userInfo(endpoint: string, token: string, subject: unknown): Promise<JWTPayload> {
  const headers = { Authorization: `Bearer ${token}` }
  const { status, body } = await ask('userinfo endpoint', endpoint, { headers })
  const claims = body as JWTPayload | undefined
  // Another person's claims beside this ID token would give somebody else's address (§5.3.2).
  if (status !== 200 || !claims?.sub || claims.sub !== subject) {
    throw new TypeError('userinfo of nobody or of another')
  }
  return claims
}

function saidIn(claims: JWTPayload): Said {
  return { email: claims['email'], isVerified: claims['email_verified'] === true }
}
