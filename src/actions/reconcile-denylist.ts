import { isTold } from '../domain/denylist.ts'
import type { Deps } from '../domain/ports.ts'

/**
 * Compares a page of what D1 says with what the denylist shows, from `after` on, and has written anew
 * what differs: a write that was lost, a value that somebody changed. Where the next page begins; null
 * after the last.
 */
export async function reconcileDenylist(
  deps: Pick<Deps, 'outbox' | 'denylist' | 'now'>,
  after: string,
  limit: number,
): Promise<string | null> {
  const now = deps.now()
  const states = await deps.outbox.states(after, now, limit)
  const ids = states.map((state) => state.clientId)
  const entries = await deps.denylist.readMany(ids)
  const differing = states.filter((state) => {
    const entry = entries.get(state.clientId) ?? null
    // What the denylist knows better is held, and not overwritten.
    return !isTold(state, entry, now) && (entry?.version ?? 0) <= state.version
  })
  if (differing.length > 0) await deps.outbox.repeat(differing.map((state) => state.clientId))
  return states.length < limit ? null : (ids.at(-1) ?? null)
}
