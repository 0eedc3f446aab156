import { discoveryRequest, processDiscoveryResponse } from 'oauth4webapi'
import * as v from 'valibot'
import { Unavailable } from '../../domain/errors.ts'
import type { OidcSettings } from '../../domain/sign-in.ts'
import { MINUTE, type Seconds } from '../../domain/time.ts'
import { fetchOptions, sharedProviderFetch } from './fetch-provider.ts'

const DISCOVERED_FOR: Seconds = 5 * MINUTE

const texts = v.exactOptional(v.array(v.string()))

/** The provider metadata used here (OpenID Connect Discovery §3, RFC 9207 §3). */
const metadata = v.object({
  issuer: v.string(),
  authorization_endpoint: v.string(),
  token_endpoint: v.string(),
  jwks_uri: v.string(),
  userinfo_endpoint: v.exactOptional(v.string()),
  token_endpoint_auth_methods_supported: texts,
  id_token_signing_alg_values_supported: texts,
  prompt_values_supported: texts,
  scopes_supported: texts,
  authorization_response_iss_parameter_supported: v.exactOptional(v.boolean()),
})

export type Provider = v.InferOutput<typeof metadata>

const discovered = sharedProviderFetch<Provider>(DISCOVERED_FOR)

/** @throws Unavailable if the provider does not answer with usable metadata */
export function discover({ issuer }: OidcSettings, now: Seconds): Promise<Provider> {
  return discovered('discovery', issuer, now, () => fetchMetadata(issuer))
}

async function fetchMetadata(issuer: string): Promise<Provider> {
  const response = await discoveryRequest(new URL(issuer), fetchOptions('discovery', issuer))
  try {
    // Requires the issuer that was requested (Discovery §4.3).
    const answer = await processDiscoveryResponse(new URL(issuer), response)
    const provider = v.parse(metadata, answer)
    if (isSecure(provider, issuer)) return provider
  } catch (error) {
    if (!(error instanceof Error)) throw error
  }
  throw new Unavailable('identity_provider', `discovery (not metadata of ${issuer})`)
}

/** Requires https, unless the issuer itself has http. */
function isSecure(provider: Provider, issuer: string): boolean {
  const { authorization_endpoint, token_endpoint, jwks_uri, userinfo_endpoint } = provider
  const urls = [authorization_endpoint, token_endpoint, jwks_uri, userinfo_endpoint ?? issuer]
  return urls.every((url) => {
    const protocol = URL.parse(url)?.protocol
    return protocol === 'https:' || (protocol === 'http:' && issuer.startsWith('http:'))
  })
}
