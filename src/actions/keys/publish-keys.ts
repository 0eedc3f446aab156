import type { Deps } from '../../domain/deps.ts'
import { isPublished } from '../../domain/signing-key.ts'

type Jwk = { kid: string; alg: string; use: 'sig' }

/**
 * The public keys that verify what is alive or will be signed soon, as JWKs (RFC 7517). For some seconds as
 * they were: what signs next has been among them for hours.
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
