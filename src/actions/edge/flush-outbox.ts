import { QUARANTINE_COST, type PublishDeps, publishDue } from './publish-denylist.ts'

/** Besides the entries themselves: claiming, reading and settling them. */
export const FLUSH_NEEDS = 6

/**
 * Writes the denylist entries that are due, a bounded number at a time; how many were due. Where a client must
 * be held instead, fewer are written: it does not cost more than `FLUSH_NEEDS` and `limit`, or `QUARANTINE_COST`.
 */
export async function flushOutbox(deps: PublishDeps, limit: number): Promise<number> {
  return (await publishDue(deps, { limit }, Math.max(0, limit - QUARANTINE_COST))).size
}
