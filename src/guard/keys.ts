import { importJWK, type JWK } from 'jose'
import { fetchJson } from './fetch-json.ts'
import type { Introspector } from './options.ts'
import { Refused } from './refused.ts'

export type VerificationKey = { key: CryptoKey; algorithm: string }

/** How long keys are used before they are fetched again. */
const MAX_AGE = 300

/** No more often than this are they fetched for a `kid` that is not among them. */
const COOLDOWN = 30

const ALGORITHMS = new Set(['ES256', 'RS256'])

type KeySet = { keys: Map<string, VerificationKey>; fetchedAt: number; triedAt: number }

/** What each issuer's keys were when they were last seen: kept while the server is down. */
const keySets = new Map<string, KeySet>()

/** The key of this `kid`; null when the issuer has none. */
export async function verificationKey(
  issuer: string,
  kid: string,
  fetcher: Introspector,
  now: number,
): Promise<VerificationKey | null> {
  const known = keySets.get(issuer)
  const found = known?.keys.get(kid)
  if (known && found && now - known.fetchedAt < MAX_AGE) return found
  // A flood of tokens with an unknown kid is no flood of fetches.
  const isCooling = known !== undefined && now - known.triedAt < COOLDOWN
  const fresh = isCooling ? null : await fetchKeys(issuer, fetcher)
  if (fresh) {
    keySets.set(issuer, { keys: fresh, fetchedAt: now, triedAt: now })
    return fresh.get(kid) ?? null
  }
  if (known && !isCooling) known.triedAt = now
  if (found) return found
  // Keys that the last try saw lack this one; after a try that failed nobody can tell.
  if (known && known.triedAt === known.fetchedAt) return null
  throw new Refused('unreachable', 'The keys of the issuer cannot be fetched.')
}

async function fetchKeys(
  issuer: string,
  fetcher: Introspector,
): Promise<Map<string, VerificationKey> | null> {
  const jwks = await fetchJson(fetcher, `${issuer}/.well-known/jwks.json`)
  if (!Array.isArray(jwks?.['keys'])) return null
  const keys = new Map<string, VerificationKey>()
  for (const jwk of jwks['keys'] as (JWK | null)[]) {
    const key = jwk && (await imported(jwk))
    if (key && jwk.kid) keys.set(jwk.kid, key)
  }
  return keys
}

/** Null for what is no key of ours: RFC 7517 §5 has it ignored, for the sake of the others. */
async function imported(jwk: JWK): Promise<VerificationKey | null> {
  const { alg: algorithm } = jwk
  if (!algorithm || !ALGORITHMS.has(algorithm)) return null
  try {
    const key = await importJWK(jwk, algorithm)
    return key instanceof CryptoKey ? { key, algorithm } : null
  } catch (error) {
    if (error instanceof Error) return null
    throw error
  }
}
