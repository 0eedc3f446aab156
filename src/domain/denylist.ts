import { TOKEN_LIFETIME_MAX } from './client-details.ts'
import { isCount } from './count.ts'
import { CLOCK_SKEW, DAY, type Seconds } from './time.ts'
import { JTI_LENGTH } from './token.ts'

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

/** So many tokens of one client are revoked one by one, and stand in its entry. */
export const REVOKED_MAX = 1000

/**
 * D1 counts on from a number that KV shows if it is no further ahead than this. In the thirty days that D1
 * can be taken back nobody suspends, resumes and revokes so often; and whoever can write KV cannot push the
 * numbers to where counting ends.
 */
export const STEP_MAX = 1_000_000

/**
 * From further ahead D1 counts on by its own numbers, which are behind what KV has shown by more than this. So
 * readers know that it is not an older value that they see.
 */
export const COUNTED_ANEW = STEP_MAX / 2

/**
 * A value of KV, as far as its form goes: whoever can write KV can write anything. Readers at the edge and the
 * server tell by this alone what is an entry, so that neither goes by one that the other does not see.
 */
export function readEntry(value: unknown): DenylistEntry | 'garbled' {
  if (typeof value !== 'object' || value === null) return 'garbled'
  const { version, suspended, generation, revoked } = value as Partial<DenylistEntry>
  const isEntry =
    isCount(version) &&
    typeof suspended === 'boolean' &&
    isCount(generation) &&
    Array.isArray(revoked) &&
    revoked.length <= REVOKED_MAX &&
    revoked.every((jti) => typeof jti === 'string' && JTI.test(jti))
  return isEntry ? { version, suspended, generation, revoked } : 'garbled'
}

const JTI = new RegExp(`^[0-9A-Za-z]{${JTI_LENGTH}}$`)

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
export function isUpToDate(state: DenylistState, shown: Shown, now: Seconds): boolean {
  if (shown === 'garbled') return false
  if (!shown) return !state.suspended && state.changedAt <= now - EDGE_MEMORY
  return JSON.stringify(plain(shown)) === JSON.stringify(plain(state))
}

function plain({ version, suspended, generation, revoked }: DenylistEntry) {
  return [version, suspended, generation, [...revoked].sort()]
}

/** An entry that a writer has for itself until it settles it, or is too slow. */
export type ClaimedEntry = {
  clientId: string
  entry: DenylistEntry
  /** Nothing has changed: KV is to show it once more. */
  isRepeat: boolean
}

/** What a writer's attempt came to; what was tried in vain may still land. */
export type WrittenEntry = { clientId: string; version: number; ok: boolean; wasTried: boolean }

/**
 * `newer`: another version is due already. `unsettled`: a write that failed before, or that lost its
 * claim, may still land, and the entry must be written once more later.
 */
export type Settled = 'done' | 'newer' | 'unsettled'

/** What is still to be written to the denylist, one row a client. */
export interface DenylistOutbox {
  /**
   * Takes what is due and free for `writer` alone, with the entries to write: of one client, or of so
   * many, those that failed last coming last.
   */
  claim(writer: string, which: { clientId: string } | { limit: number }): Promise<ClaimedEntry[]>
  settle(writer: string, written: WrittenEntry[]): Promise<Map<string, Settled>>
  /** What D1 says of clients that the denylist was told of, by id after `clientId`. */
  states(clientId: string, now: Seconds, limit: number): Promise<DenylistState[]>
  /** The same of those alone that are listed as suspended. */
  cutOff(clientId: string, limit: number): Promise<DenylistState[]>
  /** What D1 says of these clients now. */
  entries(clientIds: string[]): Promise<Map<string, DenylistEntry>>
  /** The entries of these clients are to be written anew; `last`: behind all else that is due. */
  repeat(clientIds: string[], last?: boolean): Promise<void>
  /**
   * Of these clients those of which the denylist may know more than D1 by what it shows of them, or cannot
   * be believed. `exactly`: also where the version is the same and the rest is not.
   */
  ahead(glimpses: Map<string, Glimpse>, exactly: boolean): Promise<string[]>
}

/**
 * What a list shows of an entry without reading it. Without more than the version in what an earlier
 * release wrote.
 */
export type Glimpse =
  | { version: number; more: { suspended: boolean; generation: number; revoked: number } | null }
  | 'garbled'

export interface Denylist {
  write(clientId: string, entry: DenylistEntry): Promise<void>
  readMany(clientIds: string[]): Promise<Map<string, Shown>>
  /** A page of all entries, by client id. */
  page(cursor: string | null): Promise<{ glimpses: Map<string, Glimpse>; next: string | null }>
}
