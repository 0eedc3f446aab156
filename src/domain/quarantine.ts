import { type DenylistEntry, isAheadOf, REVOKED_MAX, STEP_MAX, type Shown } from './denylist.ts'

/**
 * A client that has a newer version in the denylist than in the database, with the data that the
 * database adopts.
 */
export type Quarantine = {
  clientId: string
  /** The database continues counting from it. */
  version: number
  generation: number
  revoked: string[]
  reason: string
}

const AHEAD = 'Held: the denylist has newer changes of this client than the database'
const GARBLED =
  'Held: the denylist entry of this client cannot be trusted. Revoke its tokens before you resume it if the database was restored'

/**
 * How to quarantine a client because of its entry at the edge; null if the database knows as much.
 * An untrusted entry quarantines the client too, with the database's own numbers, because it may
 * hide anything. A client that is already suspended cannot lose anything: its entry is written
 * again.
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
  if (!isAheadOf(shown, said)) return null
  // Readers at the edge have seen this version, so the next one must be above it.
  if (shown.generation > generation + STEP_MAX) return { ...byItself, version: shown.version }
  return { clientId, ...takenOver(shown, said), reason: AHEAD }
}

/** Whether the value cannot be something that the database once wrote and then forgot. */
export function isBeyond(shown: Shown, said: DenylistEntry): boolean {
  return shown === 'garbled' || (shown !== null && shown.version > said.version + STEP_MAX)
}

/**
 * If there are more tokens than an entry may list, they are cut off together by their generation.
 */
function takenOver(shown: DenylistEntry, said: DenylistEntry) {
  const { version } = shown
  const generation = Math.max(shown.generation, said.generation)
  const all = new Set([...shown.revoked, ...said.revoked])
  if (all.size > REVOKED_MAX) return { version, generation: generation + 1, revoked: [] }
  return { version, generation, revoked: shown.revoked }
}
