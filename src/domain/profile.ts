import type { Client } from './client.ts'
import type { AssertionAlgorithm } from './public-key.ts'
import { endOf } from './secret.ts'
import type { Seconds } from './time.ts'

/** FAPI 2.0 Security Profile §5.4 */
export const FAPI_ALGORITHMS: AssertionAlgorithm[] = ['PS256', 'ES256', 'EdDSA']

type Judged = Pick<
  Client,
  'profile' | 'secrets' | 'publicKeys' | 'federatedCredentials' | 'assertionAudience'
>

/**
 * The setting or credential of a client that its profile does not allow; null if it keeps to it.
 * FAPI 2.0 Security Profile §5.3.2.1: authentication by private_key_jwt or by certificate alone.
 */
export function profileProblem(client: Judged, now: Seconds): string | null {
  if (client.profile === null) return null
  if (client.secrets.some((secret) => endOf(secret) > now)) return 'allows no secret'
  if (client.federatedCredentials.length > 0) return 'allows no federated credential'
  if (client.publicKeys.some(({ algorithm }) => !FAPI_ALGORITHMS.includes(algorithm))) {
    return `allows only public keys for ${FAPI_ALGORITHMS.join(', ')}`
  }
  if (client.publicKeys.some(({ replay }) => replay !== 'once')) {
    return 'allows only public keys whose assertions are accepted once'
  }
  return client.assertionAudience === 'issuer' ? null : 'requires assertion_audience "issuer"'
}
