import type { Propagation } from '../domain/client.ts'
import { Unavailable } from '../domain/errors.ts'
import type { ClaimedEntry, Settled, WrittenEntry } from '../domain/denylist-ports.ts'
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
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const settled = await writeDue(deps, { clientId })
      if (settled.get(clientId) !== 'newer') {
        return settled.get(clientId) === 'done' ? 'complete' : 'pending'
      }
    }
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error
  }
  return 'pending'
}

/** Claims what is due, writes it, and settles it, each in one go; what became of each client's. */
export async function writeDue(
  deps: SpreadDeps,
  which: { clientId: string } | { limit: number },
): Promise<Map<string, Settled>> {
  const writer = deps.random(WRITER_LENGTH)
  const claimed = await deps.outbox.claim(writer, which)
  if (claimed.length === 0) return new Map()
  return deps.outbox.settle(writer, await Promise.all(claimed.map((one) => write(deps, one))))
}

async function write(
  deps: Pick<Deps, 'denylist'>,
  { clientId, entry }: ClaimedEntry,
): Promise<WrittenEntry> {
  const { version } = entry
  try {
    await deps.denylist.write(clientId, entry)
    return { clientId, version, ok: true }
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error
    return { clientId, version, ok: false }
  }
}
