import type { Deps } from '../../domain/deps.ts'
import { isPublished } from '../../domain/signing-key.ts'

type Jwk = { kid: string; alg: string; use: 'sig' }

/**
 * The public keys that verify live tokens or will sign soon, as JWKs (RFC 7517). They may be some
 * seconds old: the next signing key has been among them for hours.
 */
export function publishKeys(
  deps: Pick<Deps, 'signingKeys' | 'keyMemory' | 'now'>,
): Promise<{ kid: string }[]> {
  return deps.keyMemory.published(deps.now(), () => readKeys(deps))
}

async function readKeys(deps: Pick<Deps, 'signingKeys' | 'now'>): Promise<Jwk[]> {
  const [keys, now] = [await deps.signingKeys.all(), deps.now()]
  return keys
    .filter((key) => isPublished(key, keys, now))
    .map((key) => ({
      ...(JSON.parse(key.publicJwk) as object),
      kid: key.kid,
      alg: key.algorithm,
      use: 'sig',
    }))
}
