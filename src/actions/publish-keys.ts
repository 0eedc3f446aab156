import type { Deps } from '../domain/ports.ts'
import { isPublished } from '../domain/signing-key.ts'

/** The public keys that verify what is alive or will be signed soon, as JWKs (RFC 7517). */
export async function publishKeys(deps: Pick<Deps, 'signingKeys' | 'now'>): Promise<object[]> {
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
