import type { JSONWebKeySet, JWK } from 'jose'
import {
  customFetch,
  OperationProcessingError,
  validateApplicationLevelSignature,
} from 'oauth4webapi'
import type { Seconds } from '../../domain/time.ts'
import { fetchOptions } from './fetch-provider.ts'
import { keysAt } from './keys.ts'
import type { Provider } from './oidc-provider.ts'

/**
 * Verifies the ID token in a token response with the cached keys, or with newer ones if those fail.
 * @throws Unavailable if there are no keys; another Error if the signature is not valid
 */
export async function verifySignature(
  provider: Provider,
  response: Response,
  now: Seconds,
): Promise<void> {
  const { keys, newer } = await keysAt({ what: 'keys', url: provider.jwks_uri, now })
  const verifyBy = (set: JSONWebKeySet) => {
    const answer = async () => Response.json(importable(set))
    const how = { ...fetchOptions('keys', provider.issuer), [customFetch]: answer }
    // The library caches keys, and promises of keys, by this object: requests must not share it.
    return validateApplicationLevelSignature({ ...provider }, response, how)
  }
  try {
    await verifyBy(keys)
  } catch (error) {
    if (!(error instanceof OperationProcessingError)) throw error
    await verifyBy(await newer())
  }
}

function importable({ keys }: JSONWebKeySet): JSONWebKeySet {
  return { keys: keys.map(withoutEdwards) }
}

/** workerd cannot import a key whose `alg` is Ed25519 (RFC 9864). The curve says the same. */
function withoutEdwards(jwk: JWK): JWK {
  const { alg, ...key } = jwk
  return alg === 'Ed25519' ? key : jwk
}
