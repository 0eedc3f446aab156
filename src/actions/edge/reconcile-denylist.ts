import { type DenylistState, isUpToDate, type Shown } from '../../domain/denylist.ts'
import { quarantineOf } from '../../domain/quarantine.ts'
import type { Deps } from '../../domain/deps.ts'
import { type QuarantineDeps, quarantineClients } from './quarantine-clients.ts'

/** What the cron calls it. */
export const RECONCILIATION = 'reconciliation'

/** How far the comparison is; where everything may be missing, whoever is cut off comes first. */
export type Compared = { of: 'cut off' | 'all'; after: string }

export const EVERYTHING: Compared = { of: 'all', after: '' }
export const CUT_OFF_FIRST: Compared = { of: 'cut off', after: '' }

/**
 * Compares a page of what D1 says with what the denylist shows, and has written anew what differs: a write
 * that was lost, a value that somebody changed. What the denylist knows better, or cannot be believed, is
 * held, and not overwritten. Where the next page begins: this one again where somebody must be held, and
 * that may not be afforded now; null after the last.
 */
export async function reconcileDenylist(
  deps: QuarantineDeps & Pick<Deps, 'now'>,
  from: Compared,
  limit: number,
  mayHold: () => boolean = () => true,
): Promise<Compared | null> {
  const { of, after } = from
  const now = deps.now()
  const isFirst = of === 'cut off'
  const states = isFirst
    ? await deps.outbox.cutOff(after, limit)
    : await deps.outbox.states(after, now, limit)
  const ids = states.map((state) => state.clientId)
  const shown = await deps.denylist.readMany(ids)
  const shownOf = (id: string) => shown.get(id) ?? null
  const differing = states.filter((state) => !isUpToDate(state, shownOf(state.clientId), now))
  const known = differing.filter((state) => isKnownBetter(state, shownOf(state.clientId)))
  const better = new Map(known.map(({ clientId }) => [clientId, shownOf(clientId)]))
  if (better.size > 0 && !mayHold()) return from
  if (better.size > 0) await quarantineClients(deps, better)
  const behind = differing.filter(({ clientId }) => !better.has(clientId))
  if (behind.length > 0)
    await deps.outbox.repeat(
      behind.map((state) => state.clientId),
      !isFirst,
    )
  return nextOf(of, states.length < limit ? undefined : ids.at(-1))
}

function nextOf(of: Compared['of'], after: string | undefined): Compared | null {
  if (after !== undefined) return { of, after }
  return of === 'cut off' ? EVERYTHING : null
}

/** With one version, somebody changed it by hand: D1 says what it is. */
function isKnownBetter(state: DenylistState, shown: Shown): boolean {
  if (shown !== 'garbled' && (shown?.version ?? 0) <= state.version) return false
  return quarantineOf(state.clientId, shown, state) !== null
}
