import { isTold } from '../domain/denylist.ts'
import type { Deps } from '../domain/ports.ts'
import { type HoldDeps, holdClients } from './hold-clients-ahead.ts'

/**
 * Compares a page of what D1 says with what the denylist shows, from `after` on, and has written anew
 * what differs: a write that was lost, a value that somebody changed. What the denylist knows better is
 * held, and not overwritten. Where the next page begins; null after the last.
 */
export async function reconcileDenylist(
  deps: HoldDeps & Pick<Deps, 'now'>,
  after: string,
  limit: number,
): Promise<{ held: number; next: string | null }> {
  const now = deps.now()
  const states = await deps.outbox.states(after, now, limit)
  const ids = states.map((state) => state.clientId)
  const entries = await deps.denylist.readMany(ids)
  const differing = states.filter(
    (state) => !isTold(state, entries.get(state.clientId) ?? null, now),
  )
  const ahead = differing.flatMap(({ clientId, version }) => {
    const entry = entries.get(clientId)
    return entry && entry.version > version ? [[clientId, entry] as const] : []
  })
  const held = ahead.length === 0 ? 0 : await holdClients(deps, new Map(ahead))
  const behind = differing.filter(({ clientId }) => !ahead.some(([id]) => id === clientId))
  if (behind.length > 0) await deps.outbox.repeat(behind.map((state) => state.clientId))
  return { held, next: states.length < limit ? null : (ids.at(-1) ?? null) }
}
