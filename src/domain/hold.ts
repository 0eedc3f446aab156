import { type DenylistEntry, isAhead, type Shown } from './denylist.ts'
import { JTI_LENGTH } from './token.ts'

/** A client of which the denylist has a newer version than D1, with what D1 takes over of it. */
export type Hold = {
  clientId: string
  /** D1 counts on from it. */
  version: number
  generation: number
  revoked: string[]
  reason: string
}

/** So many tokens of one client are revoked one by one, and stand in its entry. */
export const REVOKED_MAX = 1000

/**
 * D1 counts on from a number that KV shows if it is no further ahead than this. In the thirty days that D1
 * can be taken back nobody suspends, resumes and revokes so often; and whoever can write KV cannot push the
 * numbers to where counting ends.
 */
export const STEP_MAX = 1_000_000

const AHEAD = 'Held: the denylist knows more of this client than the database does'
const GARBLED =
  'Held: what the denylist says of this client cannot be believed. Revoke its tokens before you resume it if the database was restored'

const JTI = new RegExp(`^[0-9A-Za-z]{${JTI_LENGTH}}$`)

/**
 * How a client is to be held by what KV shows of it; null where D1 knows as much. What cannot be believed
 * holds a client as well, by D1's own numbers: nobody can tell what it hides. Of a client that is suspended
 * anyway nothing can be lost: its entry is written anew.
 */
export function holdOf(clientId: string, shown: Shown, said: DenylistEntry): Hold | null {
  if (shown === null) return null
  if (shown === 'garbled' || isSpoiled(shown, said)) {
    if (said.suspended) return null
    const { version, generation } = said
    return { clientId, version, generation, revoked: [], reason: GARBLED }
  }
  return isAhead(shown, said) ? { clientId, ...takenOver(shown, said), reason: AHEAD } : null
}

/** Whether it says that it is ahead, and could not be. */
export function isSpoiled(shown: Shown, said: DenylistEntry): boolean {
  if (shown === null) return false
  return shown === 'garbled' || (isAhead(shown, said) && !isPlausible(shown, said))
}

function isPlausible(shown: DenylistEntry, said: DenylistEntry): boolean {
  return (
    shown.version <= said.version + STEP_MAX &&
    shown.generation <= said.generation + STEP_MAX &&
    shown.revoked.length <= REVOKED_MAX &&
    shown.revoked.every((jti) => JTI.test(jti))
  )
}

/** More tokens than an entry may list are cut off together, by their generation. */
function takenOver(shown: DenylistEntry, said: DenylistEntry) {
  const { version } = shown
  const generation = Math.max(shown.generation, said.generation)
  const all = new Set([...shown.revoked, ...said.revoked])
  if (all.size > REVOKED_MAX) return { version, generation: generation + 1, revoked: [] }
  return { version, generation, revoked: shown.revoked }
}
