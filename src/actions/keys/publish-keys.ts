import type { Deps } from '../../domain/deps.ts'
import { Unavailable } from '../../domain/errors.ts'
import { isPublished, type SigningKey } from '../../domain/signing-key.ts'
import type { Seconds } from '../../domain/time.ts'

type PublishedDeps = Pick<Deps, 'signingKeys' | 'securityEvents' | 'logProblem' | 'now'>

type Jwk = { kid: string; alg: string; use: 'sig' }

/**
 * The public keys that verify live tokens or will sign soon, as JWKs (RFC 7517). They may be some
 * seconds old: the next signing key has been among them for hours.
 */
export function publishKeys(
  deps: PublishedDeps & Pick<Deps, 'keyMemory'>,
): Promise<{ kid: string }[]> {
  return deps.keyMemory.published(deps.now(), () => readKeys(deps))
}

async function readKeys(deps: PublishedDeps): Promise<Jwk[]> {
  const [keys, forEvents] = [await deps.signingKeys.all(), await eventKeys(deps)]
  const now = deps.now()
  return [...publishedOf(keys, now), ...publishedOf(forEvents, now)]
}

/** Whatever is wrong with these, access tokens must go on verifying. */
async function eventKeys({ securityEvents, logProblem }: PublishedDeps): Promise<SigningKey[]> {
  try {
    return (await securityEvents?.signing.signingKeys.all()) ?? []
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error
    logProblem(error, 'event_keys')
    return []
  }
}

function publishedOf(keys: SigningKey[], now: Seconds): Jwk[] {
  return keys
    .filter((key) => isPublished(key, keys, now))
    .map((key) => ({
      ...(JSON.parse(key.publicJwk) as object),
      kid: key.kid,
      alg: key.algorithm,
      use: 'sig',
    }))
}
