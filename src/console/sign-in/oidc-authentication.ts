import { type ClientAuth, ClientSecretPost } from 'oauth4webapi'
import type { OidcSettings } from '../../domain/sign-in.ts'
import { basicAuthorization } from '../../platform/basic-authorization.ts'
import type { Provider } from './oidc-provider.ts'

/** Uses Basic, which every server must know (RFC 6749 §2.3.1), unless the provider differs. */
export function authenticationAt(provider: Provider, { clientSecret }: OidcSettings): ClientAuth {
  const { token_endpoint_auth_methods_supported: ways = [] } = provider
  const isByPost = !ways.includes('client_secret_basic') && ways.includes('client_secret_post')
  return isByPost ? ClientSecretPost(clientSecret) : basic(clientSecret)
}

/**
 * Replaces the library's own, which encodes `-`, `_` and `.` too: servers that forget to decode do
 * not recognize a client with a `-` in its id (oauth4webapi#148, #199).
 */
function basic(secret: string): ClientAuth {
  return (_provider, { client_id: id }, _body, headers) => {
    headers.set('authorization', basicAuthorization(id, secret))
  }
}
