import {
  COUNTED_ANEW,
  type DenylistEntry,
  denylistKey,
  readEntry,
  type Shown,
} from '../domain/denylist.ts'
import { isRecent } from '../domain/time.ts'
import type { TokenClaims } from '../domain/token.ts'
import { boundedMap } from '../platform/bounded-map.ts'
import type { DenylistReader, GuardSettings } from './options.ts'
import { withTimeout } from '../platform/with-timeout.ts'
import { Refused } from './refused.ts'

const SEEN_MAX = 5000

/** KV's minimum: an answer may be as old as the location's cache, plus KV's own delay. */
const CACHE_TTL = 30

const TIMEOUT_MS = 2000

type Seen = { entry: DenylistEntry | null; at: number }

/** The newest entry seen for each client, and when KV last answered, in this isolate. */
const seen = boundedMap<Seen>(SEEN_MAX)

/** Whether the denylist lets a token pass: one read, never on an older entry than was seen. */
export async function askDenylist(claims: TokenClaims, settings: GuardSettings): Promise<boolean> {
  const { issuer, denylist, allowFor, now } = settings
  const key = `${issuer} ${claims.client_id}`
  const answer = denylist ? await read(denylist, claims.client_id) : 'unreachable'
  // KV does answer: an unreadable entry must not bring an earlier answer back.
  if (answer === 'garbled') throw new Refused('unreachable', 'The denylist cannot be trusted.')
  // Looked up after the wait: another request may have read a newer one meanwhile.
  const last = seen.get(key)
  if (answer !== 'unreachable') {
    const entry = newest(last?.entry ?? null, answer)
    seen.set(key, { entry, at: now() })
    return passes(claims, entry)
  }
  if (last && isRecent(last.at, allowFor, now())) return passes(claims, last.entry)
  throw new Refused('unreachable', 'The denylist does not answer.')
}

/**
 * KV may show an older value after a newer one, or none: neither takes anything back. One further
 * behind than changes ever are means a new count: the entry seen before was not the server's.
 */
function newest(
  seenBefore: DenylistEntry | null,
  read: DenylistEntry | null,
): DenylistEntry | null {
  if (!read || !seenBefore) return read ?? seenBefore
  const behind = seenBefore.version - read.version
  return behind <= 0 || behind > COUNTED_ANEW ? read : seenBefore
}

function passes(claims: TokenClaims, entry: DenylistEntry | null): boolean {
  if (!entry) return true
  return !entry.suspended && claims.gen >= entry.generation && !entry.revoked.includes(claims.jti)
}

async function read(denylist: DenylistReader, clientId: string): Promise<Shown | 'unreachable'> {
  try {
    const options = { type: 'json', cacheTtl: CACHE_TTL } as const
    const value = await withTimeout(TIMEOUT_MS, denylist.get(denylistKey(clientId), options))
    return value === null ? null : readEntry(value)
  } catch (error) {
    if (error instanceof SyntaxError) return 'garbled'
    // KV failed or hangs: the answer is unknown, and nothing passes because of it.
    if (error instanceof Error) return 'unreachable'
    throw error
  }
}
