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
 * Verifies the ID token in an answer of the token endpoint, by the keys known, or by newer ones if
 * there are any and those fail.
 * @throws Unavailable where there are no keys; another Error when the signature does not hold
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
    // The library remembers keys, and promises of them, by this object: no other request may.
    return validateApplicationLevelSignature({ ...provider }, response, how)
  }
  try {
    await verifyBy(keys)
  } catch (error) {
    if (!(error instanceof OperationProcessingError)) throw error
    const others = await newer()
    if (others === keys) throw error
    await verifyBy(others)
  }
}

function importable({ keys }: JSONWebKeySet): JSONWebKeySet {
  return { keys: keys.map(withoutEdwards) }
}

/** workerd imports no key whose `alg` is Ed25519 (RFC 9864); its curve says the same. */
function withoutEdwards(jwk: JWK): JWK {
  const { alg, ...key } = jwk
  return alg === 'Ed25519' ? key : jwk
}
