import type { EventDraft } from '../../domain/audit.ts'
import type { Shown, Glimpse } from '../../domain/denylist.ts'
import { type Quarantine, quarantineOf, isBeyond } from '../../domain/quarantine.ts'
import type { Deps } from '../../domain/deps.ts'
import { type CommitDeps, commitChange, NO_ONE_TO_ASK, SYSTEM } from '../changes/commit-change.ts'

export type QuarantineDeps = CommitDeps & Pick<Deps, 'denylist' | 'outbox'>

/** What one page of the denylist came to: how many entries were read; where the next begins, null after the last. */
export type Look = { entries: number; held: number; read: number; next: string | null }

/**
 * Suspends the clients of which the denylist has a newer version than D1, as after a restore to an
 * earlier time: D1 no longer knows what was done to them. A resume by an administrator confirms what
 * D1 says. Looks at one page of the denylist, a thousand entries. `exactly`: while D1 is known to be taken
 * back, when one version may stand for two things.
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

/** Whether an entry need not be read: a list does not show which tokens are revoked. */
function isWhole(glimpse: Glimpse | undefined): boolean {
  return glimpse !== undefined && glimpse !== 'garbled' && glimpse.more?.revoked === 0
}

function shownBy(glimpse: Glimpse, value: Shown | undefined): Shown {
  if (glimpse === 'garbled') return value ?? 'garbled'
  const { version, more } = glimpse
  if (value && (value === 'garbled' || value.version >= version)) return value
  if (!more) return 'garbled'
  const { suspended, generation, revoked } = more
  // A location that shows an older value does not say which tokens are revoked: then all of them are.
  return { version, suspended, generation: generation + (revoked > 0 ? 1 : 0), revoked: [] }
}

/**
 * Suspends those of which the denylist is still ahead, or cannot be believed; how many. What it shows of
 * one that is suspended anyway, and could not be so, is written anew. Unless `exactly`, an entry of D1's own
 * version was changed by hand, and D1 says what it is.
 */
export async function quarantineClients(
  deps: CommitDeps & Pick<Deps, 'outbox'>,
  known: Map<string, Shown>,
  exactly = true,
): Promise<number> {
  let beyond: string[] = []
  const held = await commitChange(deps, NO_ONE_TO_ASK, async () => {
    // Looked at again: a change in between may have gone past what the denylist knows.
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

/** So many rows in one change: what is more is cut off by generation. */
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
