import { TOKEN_LIFETIME_MAX } from './client.ts'
import { isCount } from './count.ts'
import { CLOCK_SKEW, DAY, type Seconds } from './time.ts'

/**
 * What resource servers at the edge read of one client: a pure function of D1, written whole. A lower
 * version never wins over a higher one.
 */
export type DenylistEntry = {
  version: number
  suspended: boolean
  /** Tokens of an older generation are refused. */
  generation: number
  /** The `jti` of each token revoked by itself that has not expired. */
  revoked: string[]
}

/** After this nothing is left to refuse: the longest token, and what clocks may differ by. */
export const EDGE_MEMORY: Seconds = TOKEN_LIFETIME_MAX + CLOCK_SKEW

/**
 * How long an entry stays in KV: longer than D1 can be taken back (Time Travel: 30 days), so that the
 * denylist still knows whatever a restore made D1 forget.
 */
export const DENYLIST_TTL: Seconds = 31 * DAY

/** What D1 says of a client that the denylist was told of; `changedAt`: when there was last something to refuse. */
export type DenylistState = DenylistEntry & { clientId: string; changedAt: Seconds }

export function denylistKey(clientId: string): string {
  return `${DENYLIST_PREFIX}${clientId}`
}

export const DENYLIST_PREFIX = 'client:'

/**
 * What KV shows of a client: nothing; an entry; or something that this server never wrote, of which
 * nothing is believed.
 */
export type Shown = DenylistEntry | 'garbled' | null

/** A value of KV, as far as its form goes: whoever can write KV can write anything. */
export function readEntry(value: unknown): DenylistEntry | 'garbled' {
  if (typeof value !== 'object' || value === null) return 'garbled'
  const { version, suspended, generation, revoked } = value as Partial<DenylistEntry>
  const isEntry =
    isCount(version) &&
    typeof suspended === 'boolean' &&
    isCount(generation) &&
    Array.isArray(revoked) &&
    revoked.every((jti) => typeof jti === 'string')
  return isEntry ? { version, suspended, generation, revoked } : 'garbled'
}

/**
 * Whether an entry knows what D1 does not: its version is higher, or the same for something else. Only
 * a D1 that was taken back can be behind; with one version, all that ever changes by itself is that
 * revoked tokens expire and go.
 */
export function isAhead(shown: DenylistEntry, said: DenylistEntry): boolean {
  if (shown.version !== said.version) return shown.version > said.version
  const isOther = shown.suspended !== said.suspended || shown.generation !== said.generation
  return isOther || said.revoked.some((jti) => !shown.revoked.includes(jti))
}

/** Whether KV shows what D1 says. What it forgot long after it mattered, it need not be told again. */
export function isTold(state: DenylistState, shown: Shown, now: Seconds): boolean {
  if (shown === 'garbled') return false
  if (!shown) return !state.suspended && state.changedAt <= now - EDGE_MEMORY
  return JSON.stringify(plain(shown)) === JSON.stringify(plain(state))
}

function plain({ version, suspended, generation, revoked }: DenylistEntry) {
  return [version, suspended, generation, [...revoked].sort()]
}
