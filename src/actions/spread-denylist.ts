import type { Propagation } from '../domain/client.ts'
import { Unavailable } from '../domain/errors.ts'
import type { DenylistEntry } from '../domain/denylist.ts'
import type { Deps } from '../domain/ports.ts'

export type SpreadDeps = Pick<Deps, 'outbox' | 'denylist' | 'random'>

// A writer that finds a newer version behind its own writes that one too; more than a few in a row
// are left to the cron.
const ROUNDS = 3
const WRITER_LENGTH = 16

/**
 * Writes what D1 says of a client to the denylist. One writer at a time has a client's row, so that
 * an older entry never lands on a newer one. Whatever fails is retried later: the change itself is
 * committed, and D1 decides.
 */
export async function spreadDenylist(deps: SpreadDeps, clientId: string): Promise<Propagation> {
  const writer = deps.random(WRITER_LENGTH)
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const entry = await deps.outbox.claim(clientId, writer)
      if (!entry) return 'pending'
      if (!(await written(deps, clientId, writer, entry))) return 'pending'
      const settled = await deps.outbox.settle(clientId, entry.version, writer)
      if (settled !== 'newer') return settled === 'done' ? 'complete' : 'pending'
    }
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error
  }
  return 'pending'
}

async function written(
  deps: SpreadDeps,
  clientId: string,
  writer: string,
  entry: DenylistEntry,
): Promise<boolean> {
  try {
    await deps.denylist.write(clientId, entry)
    return true
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error
    await deps.outbox.release(clientId, writer)
    return false
  }
}
