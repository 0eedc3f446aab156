import { TOKEN_LIFETIME_MAX } from './client-details.ts'
import { CLOCK_SKEW, HOUR, MINUTE, type Seconds } from './time.ts'

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
  /** Since then it is published. */
  createdAt: Seconds
  /** `NEVER` for the standby, until it is promoted. */
  activatesAt: Seconds
  /** When a key of another algorithm took its place; what succeeds it in its own is told by dates alone. */
  retiresAt: Seconds | null
  revokedAt: Seconds | null
}

export type SigningKeyState = 'standby' | 'active' | 'retiring' | 'gone' | 'revoked'

/** How long the published keys may be cached. */
export const JWKS_MAX_AGE: Seconds = 5 * MINUTE

/** How many hours a standby is published before it may sign, unless configured otherwise; and at most. */
export const LEAD_HOURS = 24
export const LEAD_HOURS_MAX = 168

/**
 * When a standby signs: 9999-12-31T23:59:59Z. A time, and not the lack of one, so that a version of the server
 * that knows no standby publishes it, and does not sign with it either.
 */
export const NEVER: Seconds = 253_402_300_799

/** Published a little longer than the last token that it signed can live. */
const RETIRING_PERIOD: Seconds = TOKEN_LIFETIME_MAX + CLOCK_SKEW

/** No promotion is further ahead: a later one was made by a clock that was wrong, and counts as none. */
const AHEAD_MAX: Seconds = LEAD_HOURS_MAX * HOUR + JWKS_MAX_AGE + CLOCK_SKEW

/**
 * The key that signs: of the algorithm where one does, else of another, whose keys every API has. Of each
 * algorithm it is the newest whose time has come, so that there is one.
 */
export function activeKey(
  keys: SigningKey[],
  algorithm: Algorithm,
  now: Seconds,
): SigningKey | null {
  const active = keys.filter((key) => stateOf(key, keys, now) === 'active')
  const own = active.find((key) => key.algorithm === algorithm)
  return own ?? active.reduce<SigningKey | null>(newer, null)
}

function newer(one: SigningKey | null, other: SigningKey): SigningKey {
  return one && succeeds(one, other) ? one : other
}

/** What has become of a key: a function of its dates and those of its successors. */
export function stateOf(key: SigningKey, keys: SigningKey[], now: Seconds): SigningKeyState {
  if (key.revokedAt) return 'revoked'
  const retired = retiredAt(key, keys, now)
  if (retired !== null && now >= retired) {
    return now < retired + RETIRING_PERIOD ? 'retiring' : 'gone'
  }
  return now < key.activatesAt ? 'standby' : 'active'
}

/** When the key stopped signing: when the first key that succeeds it began to, or one of another algorithm. */
export function retiredAt(key: SigningKey, keys: SigningKey[], now: Seconds): Seconds | null {
  const times = keys
    .filter((other) => other.algorithm === key.algorithm && succeeds(other, key))
    .filter((other) => hasSigned(other) && isScheduled(other, now) && !gaveWayTo(other, key))
    .map(({ activatesAt }) => activatesAt)
  if (key.retiresAt !== null) times.push(key.retiresAt)
  return times.length === 0 ? null : Math.min(...times)
}

export function isPublished(key: SigningKey, keys: SigningKey[], now: Seconds): boolean {
  return ['standby', 'active', 'retiring'].includes(stateOf(key, keys, now))
}

/** Whether it is known when the key signs, or signed. */
export function isScheduled({ activatesAt }: SigningKey, now: Seconds): boolean {
  return activatesAt <= now + AHEAD_MAX
}

/** Or will: a key that was revoked or retired before its time came never did. */
function hasSigned({ activatesAt, retiresAt, revokedAt }: SigningKey): boolean {
  return activatesAt < (revokedAt ?? Infinity) && activatesAt < (retiresAt ?? Infinity)
}

/** Revoked, and replaced by a key with the same second as its own: by that one's dates both began at once. */
function gaveWayTo(other: SigningKey, key: SigningKey): boolean {
  return other.revokedAt !== null && other.activatesAt === key.activatesAt
}

function succeeds(key: SigningKey, other: SigningKey): boolean {
  if (key.activatesAt !== other.activatesAt) return key.activatesAt > other.activatesAt
  return (
    key.createdAt > other.createdAt || (key.createdAt === other.createdAt && key.kid > other.kid)
  )
}
