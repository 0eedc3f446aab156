import { importJWK, type JWK } from 'jose'
import { isAlgorithm } from '../domain/signing-key.ts'
import { sharedFetch } from '../outbound/shared-fetch.ts'
import { fetchJson } from './fetch-json.ts'
import type { Introspector } from './options.ts'
import { Refused } from './refused.ts'

export type VerificationKey = { key: CryptoKey; algorithm: string }

type Keys = Map<string, VerificationKey>

/** How long keys are used before they are fetched again. */
const MAX_AGE = 300

/** Keys are fetched no more often than this for an unknown `kid`, or while the server is down. */
const COOLDOWN = 30

/** Nothing passes before keys were seen: retried when refused callers were told to come back. */
const FIRST_COOLDOWN = 5

/** Each issuer's keys as they were last seen: kept while the server is down. */
const keysOf = sharedFetch<Keys>({
  maxAge: MAX_AGE,
  cooldown: ({ value }) => (value ? COOLDOWN : FIRST_COOLDOWN),
})

/** The key of this `kid`; null if the issuer has none. */
export async function verificationKey(
  issuer: string,
  kid: string,
  fetcher: Introspector,
  now: number,
): Promise<VerificationKey | null> {
  const { value, problem } = await keysOf(
    issuer,
    now,
    () => fetchKeys(issuer, fetcher),
    (keys) => keys.has(kid),
  )
  const found = value?.get(kid)
  if (found) return found
  // The last fetch saw keys without this one; after a failed fetch the answer is unknown.
  if (!problem) return null
  throw new Refused('unreachable', 'The keys of the issuer cannot be fetched.')
}

async function fetchKeys(issuer: string, fetcher: Introspector): Promise<Keys> {
  const jwks = await fetchJson(fetcher, `${issuer}/.well-known/jwks.json`)
  if (!Array.isArray(jwks?.['keys'])) throw new Error('The issuer answered with no keys.')
  const keys: Keys = new Map()
  for (const jwk of jwks['keys'] as (JWK | null)[]) {
    const key = jwk && (await imported(jwk))
    if (key && jwk.kid) keys.set(jwk.kid, key)
  }
  return keys
}

/** Null for a key we cannot use: RFC 7517 §5 has it ignored, for the sake of the others. */
async function imported(jwk: JWK): Promise<VerificationKey | null> {
  const { alg: algorithm } = jwk
  if (!algorithm || !isAlgorithm(algorithm)) return null
  try {
    const key = await importJWK(jwk, algorithm)
    return key instanceof CryptoKey ? { key, algorithm } : null
  } catch (error) {
    if (error instanceof Error) return null
    throw error
  }
}
