import type { EventDraft } from '../domain/audit.ts'
import type { Hold } from '../domain/denylist.ts'
import type { Deps } from '../domain/ports.ts'
import { type CommitDeps, commitChange, SYSTEM } from './commit-change.ts'

export type HoldDeps = CommitDeps & Pick<Deps, 'denylist' | 'outbox'>

// KV reads so many keys in one operation.
const HOLDS_MAX = 100

const REASON = 'The denylist has a newer version of this client: was the database taken back?'

/**
 * Suspends the clients of which the denylist has a newer version than D1, as after a restore to an
 * earlier time: D1 no longer knows what was done to them. A resume by an administrator confirms what
 * D1 says. Looks at one page of the denylist; says where the next begins, or that this one is not done.
 */
export async function holdClientsAhead(
  deps: HoldDeps,
  cursor: string | null,
): Promise<{ held: number; next: string | null }> {
  const { versions, next } = await deps.denylist.versions(cursor)
  const ahead = await deps.outbox.ahead(versions)
  if (ahead.length === 0) return { held: 0, next }
  const held = await hold(deps, ahead.slice(0, HOLDS_MAX))
  return { held, next: ahead.length > HOLDS_MAX ? cursor : next }
}

async function hold(deps: HoldDeps, clientIds: string[]): Promise<number> {
  const entries = await deps.denylist.readMany(clientIds)
  const known = new Map([...entries].flatMap(([id, entry]) => (entry ? [[id, entry]] : [])))
  return commitChange(deps, async () => {
    // Looked at again: a change in between may have gone past what the denylist knows.
    const versions = new Map([...known].map(([id, entry]) => [id, entry.version]))
    const still = await deps.outbox.ahead(versions)
    const holds = still.flatMap((clientId): Hold[] => {
      const entry = known.get(clientId)
      return entry ? [{ ...entry, clientId }] : []
    })
    return {
      result: holds.length,
      events: holds.map(({ clientId }) => heldEvent(clientId)),
      writes: [{ kind: 'holds', holds }],
    }
  })
}

function heldEvent(clientId: string): EventDraft {
  const target = { type: 'client', id: clientId } as const
  return { action: 'client.suspended', ...SYSTEM, clientId, target, reason: REASON }
}
