import * as v from 'valibot'
import { Unavailable } from '../../domain/errors.ts'
import type { OidcSettings } from '../../domain/sign-in.ts'
import { MINUTE, type Seconds } from '../../domain/time.ts'
import { ask, sharedAsk } from './ask.ts'

const DISCOVERED_FOR: Seconds = 5 * MINUTE

const texts = v.optional(v.array(v.string()))

/** The part of a provider's metadata used here (OpenID Connect Discovery §3, RFC 9207 §3). */
const metadata = v.object({
  issuer: v.string(),
  authorization_endpoint: v.string(),
  token_endpoint: v.string(),
  jwks_uri: v.string(),
  userinfo_endpoint: v.optional(v.string()),
  token_endpoint_auth_methods_supported: texts,
  id_token_signing_alg_values_supported: texts,
  prompt_values_supported: texts,
  authorization_response_iss_parameter_supported: v.optional(v.boolean()),
})

export type Provider = v.InferOutput<typeof metadata>

const discovered = sharedAsk<Provider>(DISCOVERED_FOR)

/** @throws Unavailable when the provider does not answer, or with nothing to sign in by */
export function discover({ issuer }: OidcSettings, now: Seconds): Promise<Provider> {
  return discovered('discovery', issuer, now, () => askWhatItIs(issuer))
}

async function askWhatItIs(issuer: string): Promise<Provider> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
  const { status, body } = await ask('discovery', url)
  const said = v.safeParse(metadata, body)
  const provider = said.success ? said.output : null
  if (status !== 200 || !provider || !isSound(provider, issuer)) {
    throw new Unavailable('identity_provider', `discovery (not metadata of ${issuer})`)
  }
  return provider
}

/** Requires the issuer that was asked (Discovery §4.3), and https unless that one has http. */
function isSound(provider: Provider, issuer: string): boolean {
  const { authorization_endpoint, token_endpoint, jwks_uri, userinfo_endpoint } = provider
  const urls = [authorization_endpoint, token_endpoint, jwks_uri, userinfo_endpoint ?? issuer]
  const isSecure = (url: string) => {
    const protocol = URL.parse(url)?.protocol
    return protocol === 'https:' || (protocol === 'http:' && issuer.startsWith('http:'))
  }
  return URL.parse(provider.issuer)?.href === new URL(issuer).href && urls.every(isSecure)
}
