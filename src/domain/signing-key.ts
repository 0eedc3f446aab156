import { TOKEN_LIFETIME_MAX } from './client.ts'
import { CLOCK_SKEW, MINUTE, type Seconds } from './time.ts'

export const ALGORITHMS = ['ES256', 'RS256'] as const
export type Algorithm = (typeof ALGORITHMS)[number]

export function isAlgorithm(name: string): name is Algorithm {
  return (ALGORITHMS as readonly string[]).includes(name)
}

export type SigningKey = {
  kid: string
  algorithm: Algorithm
  publicJwk: string
  /** Wrapped for storage; only crypto/ can read it. */
  wrappedKey: string
  createdAt: Seconds
  activatesAt: Seconds
  revokedAt: Seconds | null
}

export type SigningKeyState = 'pending' | 'active' | 'retiring' | 'gone' | 'revoked'

/** How long the published keys may be cached. */
export const JWKS_MAX_AGE: Seconds = 5 * MINUTE

/** How long a new key is published before it signs: longer than the published keys are cached. */
export const PENDING_PERIOD: Seconds = 15 * MINUTE

/** Published a little longer than the last token that it signed can live. */
const RETIRING_PERIOD: Seconds = TOKEN_LIFETIME_MAX + CLOCK_SKEW

/** The key that signs: the newest whose time has come, so that there is one for each algorithm. */
export function activeKey(
  keys: SigningKey[],
  algorithm: Algorithm,
  now: Seconds,
): SigningKey | null {
  const isActive = (key: SigningKey) => stateOf(key, keys, now) === 'active'
  return keys.find((key) => key.algorithm === algorithm && isActive(key)) ?? null
}

/** What has become of a key: a function of its dates and those of its successors. */
export function stateOf(key: SigningKey, keys: SigningKey[], now: Seconds): SigningKeyState {
  if (key.revokedAt) return 'revoked'
  if (now < key.activatesAt) return 'pending'
  const retired = retiredAt(key, keys)
  if (retired === null || now < retired) return 'active'
  return now < retired + RETIRING_PERIOD ? 'retiring' : 'gone'
}

/** When the key stopped signing: when the first key that succeeds it began to. */
export function retiredAt(key: SigningKey, keys: SigningKey[]): Seconds | null {
  const successors = keys.filter(
    (other) => other.algorithm === key.algorithm && hasSigned(other) && succeeds(other, key),
  )
  return successors.length === 0 ? null : Math.min(...successors.map((k) => k.activatesAt))
}

export function isPublished(key: SigningKey, keys: SigningKey[], now: Seconds): boolean {
  return ['pending', 'active', 'retiring'].includes(stateOf(key, keys, now))
}

/** Or will: a key that was revoked before its time came never did. */
function hasSigned(key: SigningKey): boolean {
  return key.revokedAt === null || key.activatesAt < key.revokedAt
}

function succeeds(key: SigningKey, other: SigningKey): boolean {
  if (key.activatesAt !== other.activatesAt) return key.activatesAt > other.activatesAt
  return (
    key.createdAt > other.createdAt || (key.createdAt === other.createdAt && key.kid > other.kid)
  )
}
