import {
  authorizationCodeGrantRequest,
  type Client,
  clockSkew,
  clockTolerance,
  getValidatedIdTokenClaims,
  type IDToken,
  processAuthorizationCodeResponse,
  processUserInfoResponse,
  userInfoRequest,
  type UserInfoResponse,
  validateAuthResponse,
} from 'oauth4webapi'
import { Unavailable } from '../../domain/errors.ts'
import type { OidcSettings } from '../../domain/sign-in.ts'
import type { Seconds } from '../../domain/time.ts'
import { fetchOptions } from './fetch-provider.ts'
import { authenticationAt } from './oidc-authentication.ts'
import type { Provider } from './oidc-provider.ts'
import { verifySignature } from './oidc-signature.ts'
import type { AuthorizationRequest } from './authorization-request.ts'

/** The provider's statement about who signed in. */
export type Identity = { email: unknown; isVerified: boolean }

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
export async function exchangeCode(
  exchange: Exchange,
  query: URLSearchParams,
  request: AuthorizationRequest,
): Promise<Identity> {
  const client = clientOf(exchange)
  const response = await tradeCode(exchange, client, query, request)
  const { claims, accessToken } = await tokensIn(response, exchange, client, request.nonce)
  const { provider } = exchange
  if (claims['email'] !== undefined || !provider.userinfo_endpoint) return identityIn(claims)
  // Where an access token is issued, the claims of a scope may be only at this endpoint (§5.4).
  const how = fetchOptions('userinfo endpoint', provider.issuer)
  const answer = await userInfoRequest(provider, client, accessToken, how)
  // Another person's claims beside this ID token would give somebody else's address (§5.3.2).
  return identityIn(await processUserInfoResponse(provider, client, claims.sub, answer))
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

/** The library takes an empty issuer for none; to RFC 9207 §2.4 it is another one. */
function withoutEmpty(query: URLSearchParams): URLSearchParams {
  const isEmpty = ['iss', 'response'].some((name) => query.get(name) === '')
  if (isEmpty) throw new TypeError('an empty parameter')
  return query
}

/** The ID token's claims, if it was issued for this sign-in (OpenID Connect Core §3.1.3.7). */
async function tokensIn(response: Response, exchange: Exchange, client: Client, nonce: string) {
  const provider = withAlgorithms(exchange.provider)
  const expected = { expectedNonce: nonce, requireIdToken: true }
  const tokens = await processAuthorizationCodeResponse(provider, client, response, expected)
  // The library leaves this out where the token came over TLS (§3.1.3.7, 6): we never do.
  await verifySignature(provider, response, exchange.now)
  if (tokens.token_type !== 'bearer') throw new TypeError('not a Bearer token')
  const claims = getValidatedIdTokenClaims(tokens)
  // The library looks at the party only where there are several audiences.
  const party = claims?.azp ?? client.client_id
  if (!claims || party !== client.client_id) throw new TypeError('an ID token for another party')
  return { claims, accessToken: tokens.access_token }
}

function withAlgorithms(provider: Provider): Provider {
  const offered = provider.id_token_signing_alg_values_supported ?? ['RS256']
  const asymmetric = offered.filter((name) => ASYMMETRIC.test(name))
  return { ...provider, id_token_signing_alg_values_supported: asymmetric }
}

function identityIn({ email, email_verified }: UserInfoResponse | IDToken): Identity {
  return { email, isVerified: email_verified === true }
}
