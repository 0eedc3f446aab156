import { importJWK, type JWK } from 'jose'
import type { Introspector } from './options.ts'
import { Refused } from './refused.ts'

export type VerificationKey = { key: CryptoKey; algorithm: string }

/** How long keys are used before they are fetched again. */
const MAX_AGE = 300

/** No more often than this are they fetched for a `kid` that is not among them. */
const COOLDOWN = 30

const PATIENCE = 5000
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
  if (known && now - known.triedAt < COOLDOWN) return found ?? null
  const fresh = await fetchKeys(issuer, fetcher)
  if (fresh) {
    keySets.set(issuer, { keys: fresh, fetchedAt: now, triedAt: now })
    return fresh.get(kid) ?? null
  }
  if (known) known.triedAt = now
  if (!found) throw new Refused('unreachable', 'The keys of the issuer cannot be fetched.')
  return found
}

async function fetchKeys(
  issuer: string,
  fetcher: Introspector,
): Promise<Map<string, VerificationKey> | null> {
  const jwks = await fetchJson(fetcher, `${issuer}/.well-known/jwks.json`)
  if (!Array.isArray(jwks?.['keys'])) return null
  const keys = new Map<string, VerificationKey>()
  for (const jwk of jwks['keys'] as JWK[]) {
    const { kid, alg: algorithm } = jwk
    if (!kid || !algorithm || !ALGORITHMS.has(algorithm)) continue
    keys.set(kid, { key: (await importJWK(jwk, algorithm)) as CryptoKey, algorithm })
  }
  return keys
}

/** A JSON answer with status 200; null for any other, and where none comes. */
export async function fetchJson(
  fetcher: Introspector,
  url: string,
  init: RequestInit = {},
): Promise<Record<string, unknown> | null> {
  try {
    const signal = AbortSignal.timeout(PATIENCE)
    const response = await fetcher.fetch(url, { ...init, signal, redirect: 'manual' })
    return response.status === 200 ? response.json<Record<string, unknown>>() : null
  } catch (error) {
    // Whatever a network does: refused, reset, timed out, cut short. Nothing passes because of it.
    if (error instanceof Error) return null
    throw error
  }
}
