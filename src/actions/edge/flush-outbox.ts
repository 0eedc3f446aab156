import { QUARANTINE_COST, type PublishDeps, publishDue } from './publish-denylist.ts'

/** The operations besides the entries themselves: claiming, reading and settling them. */
export const FLUSH_NEEDS = 6

/**
 * Writes a bounded number of due denylist entries, and returns how many were due. If a client must
 * be quarantined instead, fewer are written: the cost never exceeds `FLUSH_NEEDS` and `limit`, or
 * `QUARANTINE_COST`.
 */
export async function flushOutbox(deps: PublishDeps, limit: number): Promise<number> {
  return (await publishDue(deps, { limit }, Math.max(0, limit - QUARANTINE_COST))).size
}
