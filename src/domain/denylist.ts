import { TOKEN_LIFETIME_MAX } from './client-details.ts'
import { isCount } from './count.ts'
import { CLOCK_SKEW, DAY, type Seconds } from './time.ts'
import { JTI_LENGTH } from './token.ts'

/**
 * The data about one client that resource servers at the edge read: a pure function of the
 * database, always written whole. A lower version never wins over a higher one.
 */
export type DenylistEntry = {
  version: number
  suspended: boolean
  /** Tokens of an older generation are refused. */
  generation: number
  /** The `jti` of each individually revoked token that has not expired. */
  revoked: string[]
}

/**
 * After this time nothing is left to refuse: the longest token lifetime plus the allowed clock
 * skew.
 */
export const EDGE_MEMORY: Seconds = TOKEN_LIFETIME_MAX + CLOCK_SKEW

/**
 * How long an entry stays at the edge: longer than the database can be restored into the past (30
 * days), so that the denylist still knows whatever a restore made the database forget.
 */
export const DENYLIST_TTL: Seconds = 31 * DAY

/**
 * The database's view of a client that has a denylist entry; `changedAt`: when there first was
 * something to refuse.
 */
export type DenylistState = DenylistEntry & { clientId: string; changedAt: Seconds }

export function denylistKey(clientId: string): string {
  return `${DENYLIST_PREFIX}${clientId}`
}

export const DENYLIST_PREFIX = 'client:'

/**
 * A client's value at the edge: nothing, an entry, or something that this server never wrote and
 * that is not trusted.
 */
export type Shown = DenylistEntry | 'garbled' | null

/** The most tokens of one client that can be revoked individually; its entry lists them all. */
export const REVOKED_MAX = 1000

/**
 * The database continues counting from a number seen at the edge if it is at most this far ahead.
 * Within the thirty days that a database can be restored, a client is never changed this often; and
 * an attacker who can write to the edge store cannot push the numbers to where counting ends.
 */
export const STEP_MAX = 1_000_000

/**
 * If the number is further ahead, the database continues with its own numbers, which are then
 * behind the edge by more than this. Readers conclude from the gap that the value they see is not
 * merely an older one.
 */
export const COUNTED_ANEW = STEP_MAX / 2

/**
 * Parses a stored value by its form alone, because an attacker with access to the edge store can
 * write anything there. Readers at the edge and the server share this rule, so that neither follows
 * an entry that the other does not see.
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
 * Whether an entry knows something that the database does not: its version is higher, or equal with
 * different content. Only a restored database can be behind; within one version, the only change
 * that happens by itself is that expired revoked tokens disappear.
 */
export function isAheadOf(shown: DenylistEntry, said: DenylistEntry): boolean {
  if (shown.version !== said.version) return shown.version > said.version
  const isOther = shown.suspended !== said.suspended || shown.generation !== said.generation
  return isOther || said.revoked.some((jti) => !shown.revoked.includes(jti))
}

/**
 * Whether the edge shows the database's state. An entry that the edge dropped long after it
 * mattered need not be written again.
 */
export function isUpToDate(state: DenylistState, shown: Shown, now: Seconds): boolean {
  if (shown === 'garbled') return false
  if (!shown) return !state.suspended && state.changedAt <= now - EDGE_MEMORY
  return JSON.stringify(plain(shown)) === JSON.stringify(plain(state))
}

function plain({ version, suspended, generation, revoked }: DenylistEntry) {
  return [version, suspended, generation, [...revoked].sort()]
}

/** An entry that one writer owns until it settles it or takes too long. */
export type ClaimedEntry = {
  clientId: string
  entry: DenylistEntry
  /** Nothing has changed: the entry is only written once more. */
  isRepeat: boolean
}

/** The result of a write; a failed attempt may still take effect later. */
export type WrittenEntry = { clientId: string; version: number; ok: boolean; wasTried: boolean }

/**
 * `newer`: another version is already due. `unsettled`: an earlier write that failed or lost its
 * claim may still take effect, so the entry must be written once more later.
 */
export type Settled = 'done' | 'newer' | 'unsettled'

/** Entries still to be written to the denylist, one row per client. */
export interface DenylistOutbox {
  /**
   * Claims due, unclaimed rows for `writer`, with the entries to write: those of one client, or up
   * to a limit, with the most recently failed last.
   */
  claim(writer: string, which: { clientIds: string[] } | { limit: number }): Promise<ClaimedEntry[]>
  settle(writer: string, written: WrittenEntry[]): Promise<Map<string, Settled>>
  /** The state of clients with a denylist entry, by id after `clientId`. */
  states(clientId: string, now: Seconds, limit: number): Promise<DenylistState[]>
  /** Like `states`, for clients listed as suspended only. */
  cutOff(clientId: string, limit: number): Promise<DenylistState[]>
  /** The current entries of these clients, from the database. */
  entries(clientIds: string[]): Promise<Map<string, DenylistEntry>>
  /**
   * Schedules these clients' entries to be written again; `last`: after everything else that is
   * due.
   */
  repeat(clientIds: string[], last?: boolean): Promise<void>
  /**
   * Those of these clients about which the denylist may know more than the database, judging by the
   * glimpse, or whose entry is not trusted. `exactly`: also those with the same version and
   * different content.
   */
  ahead(glimpses: Map<string, Glimpse>, exactly: boolean): Promise<string[]>
}

/**
 * The parts of an entry that a list shows without reading it. Entries written by an earlier release
 * show the version only.
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
