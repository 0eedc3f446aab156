import type { Propagation } from '../domain/client.ts'
import { type DenylistEntry, isAhead } from '../domain/denylist.ts'
import { Unavailable } from '../domain/errors.ts'
import type { ClaimedEntry, Settled, WrittenEntry } from '../domain/denylist-ports.ts'
import type { Deps } from '../domain/ports.ts'
import { type HoldDeps, holdClients } from './hold-clients-ahead.ts'

export type SpreadDeps = HoldDeps & Pick<Deps, 'random'>

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

/**
 * Claims what is due, writes it, and settles it, each in one go; what became of each client's. A client
 * of which KV knows better is held instead: D1 was taken back.
 */
export async function writeDue(
  deps: SpreadDeps,
  which: { clientId: string } | { limit: number },
): Promise<Map<string, Settled>> {
  const writer = deps.random(WRITER_LENGTH)
  const claimed = await deps.outbox.claim(writer, which)
  if (claimed.length === 0) return new Map()
  const ahead = await thoseAhead(deps, claimed)
  const written = claimed.map((one) =>
    !ahead || ahead.has(one.clientId) ? leaveAlone(one) : write(deps, one),
  )
  const settled = await deps.outbox.settle(writer, await Promise.all(written))
  if (ahead && ahead.size > 0) await holdClients(deps, ahead)
  return settled
}

/** Null where KV cannot be read: then nothing is written over what it may know. */
async function thoseAhead(
  deps: Pick<Deps, 'denylist'>,
  claimed: ClaimedEntry[],
): Promise<Map<string, DenylistEntry> | null> {
  try {
    const shown = await deps.denylist.readMany(claimed.map((one) => one.clientId))
    const ahead = claimed.flatMap(({ clientId, entry, isRepeat }) => {
      const known = shown.get(clientId)
      // Of one version and different, without a change: somebody wrote to KV by hand.
      const wasAltered = isRepeat && known?.version === entry.version
      return known && !wasAltered && isAhead(known, entry) ? [[clientId, known] as const] : []
    })
    return new Map(ahead)
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error
    return null
  }
}

async function leaveAlone({ clientId, entry }: ClaimedEntry): Promise<WrittenEntry> {
  return { clientId, version: entry.version, ok: false }
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
