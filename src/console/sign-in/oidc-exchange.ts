import {
  authorizationCodeGrantRequest,
  type Client,
  clockSkew,
  clockTolerance,
  getValidatedIdTokenClaims,
  processAuthorizationCodeResponse,
  processUserInfoResponse,
  userInfoRequest,
  type UserInfoResponse,
  validateAuthResponse,
} from 'oauth4webapi'
import { Unavailable } from '../../domain/errors.ts'
import { once } from '../../platform/once.ts'
import { claimAt } from '../../domain/group-access.ts'
import type { OidcSettings } from '../../domain/sign-in.ts'
import type { Seconds } from '../../domain/time.ts'
import { fetchOptions } from './fetch-provider.ts'
import { authenticationAt } from './oidc-authentication.ts'
import type { Provider } from './oidc-provider.ts'
import { verifySignature } from './oidc-signature.ts'
import type { AuthorizationRequest } from './authorization-request.ts'

/** The identity of the person, as the provider states it. */
export type Identity = {
  email: unknown
  isVerified: boolean
  subject: string
  /** All that the provider says of the person; asks it again if this claim is not there yet. */
  claimsWith: (claim: string) => Promise<Record<string, unknown>>
}

export type Exchange = {
  settings: OidcSettings
  provider: Provider
  redirectUri: string
  now: Seconds
}

const CLOCK_TOLERANCE: Seconds = 30

/** Asymmetric signatures only: with HMAC, a public key could serve as the secret. */
const ASYMMETRIC = /^(?:(?:RS|PS|ES)(?:256|384|512)|EdDSA|Ed25519)$/

/**
 * Exchanges the code from the browser for the person's identity (OpenID Connect Core §3.1).
 * @throws Unavailable if the provider does not answer; another Error if a response is not valid
 */
export async function exchangeCode(
  exchange: Exchange,
  query: URLSearchParams,
  request: AuthorizationRequest,
): Promise<Identity> {
  const client = clientOf(exchange)
  const response = await tradeCode(exchange, client, query, request)
  const { claims, accessToken } = await tokensIn(response, exchange, client, request.nonce)
  const { provider } = exchange
  const isWhole = (name: string) =>
    !provider.userinfo_endpoint || claimAt(claims, name) !== undefined
  const askMore = once(() => userInfo(provider, client, claims.sub, accessToken))
  const { email, email_verified } = isWhole('email') ? claims : await askMore()
  return {
    email,
    isVerified: email_verified === true,
    subject: claims.sub,
    claimsWith: async (claim) => (isWhole(claim) ? claims : { ...(await askMore()), ...claims }),
  }
}

/** If an access token is issued, this endpoint may be the only one with the claims (§5.4). */
async function userInfo(
  provider: Provider,
  client: Client,
  subject: string,
  accessToken: string,
): Promise<UserInfoResponse> {
  const how = fetchOptions('userinfo endpoint', provider.issuer)
  const answer = await userInfoRequest(provider, client, accessToken, how)
  // The subject must match, or the claims could be another person's (§5.3.2).
  return processUserInfoResponse(provider, client, subject, answer)
}

function clientOf({ settings, now }: Exchange): Client {
  return {
    client_id: settings.clientId,
    [clockSkew]: now - Math.floor(Date.now() / 1000),
    [clockTolerance]: CLOCK_TOLERANCE,
  }
}

async function tradeCode(
  { provider, settings, redirectUri }: Exchange,
  client: Client,
  query: URLSearchParams,
  { state, verifier }: AuthorizationRequest,
): Promise<Response> {
  const callback = validateAuthResponse(provider, client, withoutEmpty(query), state)
  const authentication = authenticationAt(provider, settings)
  const how = fetchOptions('token endpoint', provider.issuer)
  const response = await authorizationCodeGrantRequest(
    provider,
    client,
    authentication,
    callback,
    redirectUri,
    verifier,
    how,
  )
  if (response.status < 500) return response
  throw new Unavailable('identity_provider', 'its token endpoint fails')
}

/** Refuses an empty issuer: the library ignores it, RFC 9207 §2.4 takes it for another issuer. */
function withoutEmpty(query: URLSearchParams): URLSearchParams {
  const isEmpty = ['iss', 'response'].some((name) => query.get(name) === '')
  if (isEmpty) throw new TypeError('an empty parameter')
  return query
}

/** The claims of an ID token issued for this request (OpenID Connect Core §3.1.3.7). */
async function tokensIn(response: Response, exchange: Exchange, client: Client, nonce: string) {
  const provider = withAlgorithms(exchange.provider)
  const expected = { expectedNonce: nonce, requireIdToken: true }
  const tokens = await processAuthorizationCodeResponse(provider, client, response, expected)
  // The library skips this for tokens that arrive over TLS (§3.1.3.7, 6); we always verify.
  await verifySignature(provider, response, exchange.now)
  if (tokens.token_type !== 'bearer') throw new TypeError('not a Bearer token')
  const claims = getValidatedIdTokenClaims(tokens)
  // The library checks `azp` only if there are several audiences.
  const party = claims?.azp ?? client.client_id
  if (!claims || party !== client.client_id) throw new TypeError('an ID token for another party')
  return { claims, accessToken: tokens.access_token }
}

function withAlgorithms(provider: Provider): Provider {
  const offered = provider.id_token_signing_alg_values_supported ?? ['RS256']
  const asymmetric = offered.filter((name) => ASYMMETRIC.test(name))
  return { ...provider, id_token_signing_alg_values_supported: asymmetric }
}
