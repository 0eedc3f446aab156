import type { DenylistEntry, DenylistState } from './denylist.ts'
import type { Seconds } from './time.ts'

/** An entry that a writer has for itself until it settles it, or is too slow. */
export type ClaimedEntry = {
  clientId: string
  entry: DenylistEntry
  /** Nothing has changed: KV is to show it once more. */
  isRepeat: boolean
}

/** What a writer's attempt came to. */
export type WrittenEntry = { clientId: string; version: number; ok: boolean }

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
  /** What D1 says of these clients now. */
  entries(clientIds: string[]): Promise<Map<string, DenylistEntry>>
  /** The entries of these clients are to be written anew. */
  repeat(clientIds: string[]): Promise<void>
  /** Of these versions those that are higher than D1's. */
  ahead(versions: Map<string, number>): Promise<string[]>
}

export interface Denylist {
  write(clientId: string, entry: DenylistEntry): Promise<void>
  /** Null for an entry that is not there or cannot be read. */
  readMany(clientIds: string[]): Promise<Map<string, DenylistEntry | null>>
  /** A page of entries' versions by client id. */
  versions(cursor: string | null): Promise<{ versions: Map<string, number>; next: string | null }>
}
