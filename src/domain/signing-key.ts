import { TOKEN_LIFETIME_MAX } from './client-details.ts'
import { WrongSetting } from './setting.ts'
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
  /** The key is published from then on. */
  createdAt: Seconds
  /** `NEVER` for the standby, until it is promoted. */
  activatesAt: Seconds
  /**
   * When a key of another algorithm replaced it; a successor of its own algorithm is determined by
   * dates alone.
   */
  retiresAt: Seconds | null
  revokedAt: Seconds | null
}

export type SigningKeyState = 'standby' | 'active' | 'retiring' | 'gone' | 'revoked'

/** How long the published keys may be cached. */
export const JWKS_MAX_AGE: Seconds = 5 * MINUTE

/**
 * How many hours a standby is published before it may sign, unless configured otherwise; and the
 * maximum.
 */
export const LEAD_HOURS = 24
const LEAD_HOURS_MAX = 168

/** @throws WrongSetting */
export function readLeadHours(hours = LEAD_HOURS): number {
  if (Number.isInteger(hours) && hours >= 1 && hours <= LEAD_HOURS_MAX) return hours
  const message = `signingKeyLeadHours must be a whole number of hours from 1 to ${LEAD_HOURS_MAX}`
  throw new WrongSetting('SIGNING_KEY_LEAD_HOURS', message)
}

/**
 * When a standby signs: 9999-12-31T23:59:59Z. It is a date and not null, so that an older server
 * version that does not know standbys publishes the key without signing with it.
 */
export const NEVER: Seconds = 253_402_300_799

/** A key stays published a little longer than the last token that it signed can live. */
const RETIRING_PERIOD: Seconds = TOKEN_LIFETIME_MAX + CLOCK_SKEW

/** No promotion is further ahead: a later one was made with a wrong clock and is ignored. */
const AHEAD_MAX: Seconds = LEAD_HOURS_MAX * HOUR + JWKS_MAX_AGE + CLOCK_SKEW

/**
 * The key that signs: of the given algorithm if there is one, otherwise of another, because every
 * API already has that key. Within an algorithm it is the newest whose time has come, so there is
 * exactly one.
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

/** The state of a key: a function of its dates and those of its successors. */
export function stateOf(key: SigningKey, keys: SigningKey[], now: Seconds): SigningKeyState {
  if (key.revokedAt) return 'revoked'
  const retired = retiredAt(key, keys, now)
  if (retired !== null && now >= retired) {
    return now < retired + RETIRING_PERIOD ? 'retiring' : 'gone'
  }
  return now < key.activatesAt ? 'standby' : 'active'
}

/** When the key stopped signing: when its first successor, or a key of another algorithm, began. */
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

/** Whether the time at which the key signs, or signed, is known. */
export function isScheduled({ activatesAt }: SigningKey, now: Seconds): boolean {
  return activatesAt <= now + AHEAD_MAX
}

/** True for future signing, too: a key that was revoked or retired before its time never signed. */
function hasSigned({ activatesAt, retiresAt, revokedAt }: SigningKey): boolean {
  return activatesAt < (revokedAt ?? Infinity) && activatesAt < (retiresAt ?? Infinity)
}

/**
 * Whether the key was revoked and replaced within the same second: by date alone, both would begin
 * at once.
 */
function gaveWayTo(other: SigningKey, key: SigningKey): boolean {
  return other.revokedAt !== null && other.activatesAt === key.activatesAt
}

function succeeds(key: SigningKey, other: SigningKey): boolean {
  if (key.activatesAt !== other.activatesAt) return key.activatesAt > other.activatesAt
  return (
    key.createdAt > other.createdAt || (key.createdAt === other.createdAt && key.kid > other.kid)
  )
}
