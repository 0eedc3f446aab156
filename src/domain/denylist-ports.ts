import type { DenylistEntry, DenylistState, Shown } from './denylist.ts'
import type { Seconds } from './time.ts'

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
