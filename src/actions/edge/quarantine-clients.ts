import type { EventDraft } from '../../domain/audit.ts'
import type { Shown, Glimpse } from '../../domain/denylist.ts'
import { type Quarantine, quarantineOf, isBeyond } from '../../domain/quarantine.ts'
import type { Deps } from '../../domain/deps.ts'
import { type CommitDeps, commitChange, NO_ONE_TO_ASK, SYSTEM } from '../changes/commit-change.ts'

export type QuarantineDeps = CommitDeps & Pick<Deps, 'denylist' | 'outbox'>

/**
 * The result for one page of the denylist: its entries, how many had to be read, and where the next
 * page begins (null after the last).
 */
export type Look = { entries: number; held: number; read: number; next: string | null }

/**
 * Suspends the clients for which the denylist has a newer version than the database, as after a
 * restore to an earlier time: the database no longer knows what was done to them. An administrator
 * who resumes a client confirms the database's state. Processes one page of the denylist, a
 * thousand entries. `exactly`: while the database is known to be restored, when one version may
 * mean two different things.
 */
export async function quarantineDivergedClients(
  deps: QuarantineDeps,
  cursor: string | null,
  exactly = false,
): Promise<Look> {
  const { glimpses, next } = await deps.denylist.page(cursor)
  const ahead = await deps.outbox.ahead(glimpses, exactly)
  const unclear = ahead.filter((id) => !isWhole(glimpses.get(id)))
  const values = await deps.denylist.readMany(unclear)
  const known = new Map(
    ahead.map((id) => [id, shownBy(glimpses.get(id) ?? 'garbled', values.get(id))]),
  )
  const held = ahead.length === 0 ? 0 : await quarantineClients(deps, known, exactly)
  return { entries: glimpses.size, held, read: unclear.length, next }
}

/** Whether reading the entry can be skipped: a list does not show which tokens are revoked. */
function isWhole(glimpse: Glimpse | undefined): boolean {
  return glimpse !== undefined && glimpse !== 'garbled' && glimpse.more?.revoked === 0
}

function shownBy(glimpse: Glimpse, value: Shown | undefined): Shown {
  if (glimpse === 'garbled') return value ?? 'garbled'
  const { version, more } = glimpse
  if (value && (value === 'garbled' || value.version >= version)) return value
  if (!more) return 'garbled'
  const { suspended, generation, revoked } = more
  // A location that shows an older value does not say which tokens are revoked: then all of them
  // are.
  return { version, suspended, generation: generation + (revoked > 0 ? 1 : 0), revoked: [] }
}

/**
 * Suspends those for which the denylist is still ahead or not trusted, and returns how many. The
 * entry of a client that is already suspended, and that cannot be right, is written again. Unless
 * `exactly`, a different entry of the database's own version was edited by hand, and the database
 * decides.
 */
export async function quarantineClients(
  deps: CommitDeps & Pick<Deps, 'outbox'>,
  known: Map<string, Shown>,
  exactly = true,
): Promise<number> {
  let beyond: string[] = []
  const held = await commitChange(deps, NO_ONE_TO_ASK, async () => {
    // Read again: a change in between may have overtaken the denylist.
    const said = await deps.outbox.entries([...known.keys()])
    beyond = [...known].flatMap(([id, shown]) => {
      const now = said.get(id)
      return now?.suspended && isBeyond(shown, now) ? [id] : []
    })
    const holds = withinReason(
      [...known].flatMap(([id, shown]): Quarantine[] => {
        const now = said.get(id)
        const isByHand = now && now.version > 0 && versionOf(shown) === now.version
        if (!now || (!exactly && isByHand)) return []
        const hold = quarantineOf(id, shown, now)
        return hold ? [hold] : []
      }),
    )
    return {
      result: holds.length,
      events: holds.map(heldEvent),
      writes: [{ kind: 'holds', holds }],
    }
  })
  if (beyond.length > 0) await deps.outbox.repeat(beyond)
  return held
}

function versionOf(shown: Shown): number | null {
  return shown === null || shown === 'garbled' ? null : shown.version
}

/** The most token rows in one change; beyond it, a client is cut off by generation. */
const TOKENS_MAX = 10_000

function withinReason(holds: Quarantine[]): Quarantine[] {
  let left = TOKENS_MAX
  return holds.map((hold) => {
    left -= hold.revoked.length
    return left >= 0 ? hold : { ...hold, generation: hold.generation + 1, revoked: [] }
  })
}

function heldEvent({ clientId, reason }: Quarantine): EventDraft {
  const target = { type: 'client', id: clientId } as const
  return { action: 'client.suspended', ...SYSTEM, clientId, target, reason }
}
