import type { Kept } from '../../doubles/memory-cache.ts'
import { LOCATIONS } from './world.ts'

/** A list as a reader has it. */
export type Copy = { bits: number; bytes: Uint8Array; ttl: number; exp: number; fetchedAt: number }

export type Lists = {
  /** The copies of each reader, by their URI. */
  readers: Map<string, Copy>[]
  /** Each location's Cache API. */
  caches: Kept[]
  /** Since when, at the latest, a token must not pass. */
  deadSince: Map<string, number>
}

export function startLists(): Lists {
  const each = <T>(make: () => T) => Array.from({ length: LOCATIONS }, make)
  return {
    readers: each(() => new Map()),
    caches: each(() => new Map()),
    deadSince: new Map(),
  }
}
