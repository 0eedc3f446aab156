import { type DenylistEntry, isAhead, REVOKED_MAX, STEP_MAX, type Shown } from './denylist.ts'

/** A client of which the denylist has a newer version than D1, with what D1 takes over of it. */
export type Quarantine = {
  clientId: string
  /** D1 counts on from it. */
  version: number
  generation: number
  revoked: string[]
  reason: string
}

const AHEAD = 'Held: the denylist knows more of this client than the database does'
const GARBLED =
  'Held: what the denylist says of this client cannot be believed. Revoke its tokens before you resume it if the database was restored'

/**
 * How a client is to be held by what KV shows of it; null where D1 knows as much. What cannot be believed
 * holds a client as well, by D1's own numbers: nobody can tell what it hides. Of a client that is suspended
 * anyway nothing can be lost: its entry is written anew.
 */
export function quarantineOf(
  clientId: string,
  shown: Shown,
  said: DenylistEntry,
): Quarantine | null {
  if (shown === null) return null
  const { version, generation } = said
  const byItself = { clientId, version, generation, revoked: [], reason: GARBLED }
  if (shown === 'garbled' || isBeyond(shown, said)) return said.suspended ? null : byItself
  if (!isAhead(shown, said)) return null
  // Readers at the edge have seen its version: the next one is above it.
  if (shown.generation > generation + STEP_MAX) return { ...byItself, version: shown.version }
  return { clientId, ...takenOver(shown, said), reason: AHEAD }
}

/** Whether it is nothing that D1 could have forgotten. */
export function isBeyond(shown: Shown, said: DenylistEntry): boolean {
  return shown === 'garbled' || (shown !== null && shown.version > said.version + STEP_MAX)
}

/** More tokens than an entry may list are cut off together, by their generation. */
function takenOver(shown: DenylistEntry, said: DenylistEntry) {
  const { version } = shown
  const generation = Math.max(shown.generation, said.generation)
  const all = new Set([...shown.revoked, ...said.revoked])
  if (all.size > REVOKED_MAX) return { version, generation: generation + 1, revoked: [] }
  return { version, generation, revoked: shown.revoked }
}
