import { isSecretJwk } from '../domain/public-key.ts'
import { type ParseKeySet, type RemoteKey, REMOTE_KEYS_MAX } from '../domain/remote-keys.ts'
import { type Jwk, judgeJwk } from './public-key-reader.ts'

/**
 * Reads the keys of a key set (RFC 7517 §5) by which a signature may be verified, and leaves out the
 * others, as §5 demands. A set with a private or symmetric key is refused as a whole: its publisher
 * has given away the means to forge.
 */
export const parseKeySet: ParseKeySet = async (document) => {
  const members = (document as { keys?: unknown } | null)?.keys
  if (!Array.isArray(members) || !members.every(isObject)) return 'it is not a key set'
  if (members.length > REMOTE_KEYS_MAX) return `it has more than ${REMOTE_KEYS_MAX} keys`
  if (members.some(isSecretJwk)) return 'it has a private or symmetric key'
  const keys = await Promise.all(members.map(toRemoteKey))
  return keys.filter((key) => key !== null)
}

async function toRemoteKey(jwk: Jwk): Promise<RemoteKey | null> {
  const judged = await judgeJwk(isForJwtSvids(jwk) ? { ...jwk, use: 'sig' } : jwk)
  if (typeof judged === 'string') return null
  const kid = jwk['kid'] === undefined ? null : judged.kid
  const alg = jwk['alg'] === undefined ? null : judged.algorithm
  return { kid, alg, jwk: judged.jwk }
}

/** SPIFFE's bundles call it so (SPIFFE Trust Domain and Bundle §4.2.2), beside keys of certificates. */
function isForJwtSvids({ use }: Jwk): boolean {
  return use === 'jwt-svid'
}

function isObject(value: unknown): value is Jwk {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
