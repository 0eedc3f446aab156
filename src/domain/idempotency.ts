import type { EventDraft } from './audit.ts'
import { DAY, type Seconds } from './time.ts'

/** How long a used key is remembered. */
export const IDEMPOTENCY_PERIOD: Seconds = DAY

/** The key of a request that creates or ends something, and the content of that request. */
export type IdempotencyKey = { key: string; content: string }

/**
 * The resource that a request created, or otherwise changed: where to find it, without any of the
 * content sent or answered.
 */
export type Made = EventDraft['target']

/**
 * Records that a key was used, and for what. Key and request are keyed hashes, which can be neither
 * read nor guessed.
 */
export type IdempotencyRecord = {
  keyHash: string
  requestHash: string
  made: Made
  madeAt: Seconds
}

export interface IdempotencyRecords {
  /** The record of a key by any of its hashes, made after `since`. */
  find(keyHashes: string[], since: Seconds): Promise<IdempotencyRecord | null>
  /** Keeps the record of a request that changed nothing; that of a change is committed with it. */
  keep(record: IdempotencyRecord): Promise<void>
  /**
   * Corrects records that a fast clock dated into the future to now, so that each is kept for a day
   * and not longer.
   */
  bringForward(now: Seconds): Promise<void>
  /** Deletes records that have expired. */
  forget(now: Seconds, limit: number): Promise<void>
}

/** Hashes of keys and requests that only this server can compute. */
export interface KeyedHashes {
  /** The hash under each version of the key, newest first: a stored hash may use an older one. */
  of(text: string): Promise<[string, ...string[]]>
}

/** Produces the same text for equal values, independent of the order of their fields. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_name, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}
