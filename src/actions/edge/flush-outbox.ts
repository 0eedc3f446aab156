import { HOLDING, type SpreadDeps, writeDue } from './publish-denylist.ts'

/** Besides the entries themselves: claiming, reading and settling them. */
export const DRAIN_NEEDS = 6

/**
 * Writes the denylist entries that are due, a bounded number at a time; how many were due. Where a client must
 * be held instead, fewer are written: it does not cost more than `DRAIN_NEEDS` and `limit`, or `HOLDING`.
 */
export async function drainDenylist(deps: SpreadDeps, limit: number): Promise<number> {
  return (await writeDue(deps, { limit }, Math.max(0, limit - HOLDING))).size
}
