import { QUARANTINE_OPERATIONS, type PublishDeps, publishDue } from './publish-denylist.ts'

/**
 * The operations besides the entries themselves, for claiming, reading and settling them: measured
 * by a test.
 */
export const FLUSH_OPERATIONS = 6

/**
 * Writes a bounded number of due denylist entries, and returns how many were due. If a client must
 * be quarantined instead, fewer are written: besides `FLUSH_OPERATIONS` it never makes more than
 * `limit` operations, or a quarantine if that is more.
 */
export async function flushOutbox(deps: PublishDeps, limit: number): Promise<number> {
  return (await publishDue(deps, { limit }, Math.max(0, limit - QUARANTINE_OPERATIONS))).size
}
