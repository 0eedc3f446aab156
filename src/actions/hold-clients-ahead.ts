import type { EventDraft } from '../domain/audit.ts'
import { type DenylistEntry, type Hold, isAhead } from '../domain/denylist.ts'
import type { Deps } from '../domain/ports.ts'
import { type CommitDeps, commitChange, NO_ONE_TO_ASK, SYSTEM } from './commit-change.ts'

export type HoldDeps = CommitDeps & Pick<Deps, 'denylist' | 'outbox'>

// KV reads so many keys in one operation.
const HOLDS_MAX = 100

const REASON = 'Held: the denylist knows more of this client than the database does'

/**
 * Suspends the clients of which the denylist has a newer version than D1, as after a restore to an
 * earlier time: D1 no longer knows what was done to them. A resume by an administrator confirms what
 * D1 says. Looks at one page of the denylist; says where the next begins: this one again, where it has
 * more than fit; null after the last.
 */
export async function holdClientsAhead(
  deps: HoldDeps,
  cursor: string | null,
): Promise<{ held: number; next: string | null }> {
  const { versions, next } = await deps.denylist.versions(cursor)
  const ahead = await deps.outbox.ahead(versions)
  if (ahead.length === 0) return { held: 0, next }
  const some = ahead.slice(0, HOLDS_MAX)
  const entries = await deps.denylist.readMany(some)
  const known = new Map(
    some.map((id) => [id, entries.get(id) ?? versionAlone(versions.get(id) ?? 0)]),
  )
  const held = await holdClients(deps, known)
  return { held, next: ahead.length > HOLDS_MAX ? (cursor ?? '') : next }
}

/** Of a value that cannot be read. */
function versionAlone(version: number): DenylistEntry {
  return { version, suspended: true, generation: 0, revoked: [] }
}

/** Suspends those of which the denylist is still ahead; how many. */
export function holdClients(
  deps: CommitDeps & Pick<Deps, 'outbox'>,
  known: Map<string, DenylistEntry>,
): Promise<number> {
  return commitChange(deps, NO_ONE_TO_ASK, async () => {
    // Looked at again: a change in between may have gone past what the denylist knows.
    const said = await deps.outbox.entries([...known.keys()])
    const holds = [...known].flatMap(([clientId, shown]): Hold[] => {
      const now = said.get(clientId)
      return now && isAhead(shown, now) ? [{ ...shown, clientId }] : []
    })
    return {
      result: holds.length,
      events: holds.map(({ clientId }) => heldEvent(clientId)),
      writes: [{ kind: 'holds', holds, reason: REASON }],
    }
  })
}

function heldEvent(clientId: string): EventDraft {
  const target = { type: 'client', id: clientId } as const
  return { action: 'client.suspended', ...SYSTEM, clientId, target, reason: REASON }
}
