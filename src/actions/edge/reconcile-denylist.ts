import { type DenylistState, isUpToDate, type Shown } from '../../domain/denylist.ts'
import { quarantineOf } from '../../domain/quarantine.ts'
import type { Deps } from '../../domain/deps.ts'
import { type QuarantineDeps, quarantineClients } from './quarantine-clients.ts'

/** The job's name in the cron. */
export const RECONCILIATION = 'reconciliation'

/**
 * How far the comparison got; if everything may be missing, clients that are cut off come first.
 */
export type Compared = { of: 'cut off' | 'all'; after: string }

export const EVERYTHING: Compared = { of: 'all', after: '' }
export const CUT_OFF_FIRST: Compared = { of: 'cut off', after: '' }

/**
 * Compares a page of the database with the denylist, and schedules entries that differ to be
 * written again: lost writes, values edited by hand. Clients about which the denylist knows more,
 * or whose entry is not trusted, are quarantined, and their entries are not overwritten. Returns
 * where the next page begins: the same page again if a client must be quarantined and the budget
 * does not allow it now; null after the last.
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

/** Within one version the entry was edited by hand, and the database decides. */
function isKnownBetter(state: DenylistState, shown: Shown): boolean {
  if (shown !== 'garbled' && (shown?.version ?? 0) <= state.version) return false
  return quarantineOf(state.clientId, shown, state) !== null
}
