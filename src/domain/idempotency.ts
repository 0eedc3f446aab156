import type { EventDraft } from './audit.ts'
import { DAY, type Seconds } from './time.ts'

/** For how long a key that was used is known. */
export const IDEMPOTENCY_PERIOD: Seconds = DAY

/** A key that goes with a request which makes or ends something, and what that request says. */
export type IdempotencyKey = { key: string; content: string }

/** What a request made, or else was about: where to find it, and nothing of what was sent or answered. */
export type Made = EventDraft['target']

/** That a key was used, and for what. Key and request are keyed hashes: neither can be read or guessed. */
export type IdempotencyRecord = {
  keyHash: string
  requestHash: string
  made: Made
  madeAt: Seconds
}

export interface IdempotencyRecords {
  /** Of a key by any of its hashes, made after `since`. */
  find(keyHashes: string[], since: Seconds): Promise<IdempotencyRecord | null>
  /** Those that a clock which was ahead has made are of now: each is known for a day, and not for longer. */
  bringForward(now: Seconds): Promise<void>
  /** Drops those whose time is over. */
  forget(now: Seconds, limit: number): Promise<void>
}

/** Hashes of keys and requests that nobody but this server can make. */
export interface KeyedHashes {
  /** Under each version of the key, the newest first: what is kept may be of an older one. */
  of(text: string): Promise<[string, ...string[]]>
}

/** The same text for the same value, in whatever order its fields were sent. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_name, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}
