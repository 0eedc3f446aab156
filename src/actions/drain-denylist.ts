import { type SpreadDeps, spreadDenylist } from './spread-denylist.ts'

/** Writes the denylist entries that are due, a bounded number at a time; how many are done. */
export async function drainDenylist(deps: SpreadDeps, limit: number): Promise<number> {
  let done = 0
  for (const clientId of await deps.outbox.due(limit)) {
    if ((await spreadDenylist(deps, clientId)) === 'complete') done++
  }
  return done
}
