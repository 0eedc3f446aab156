import type { Propagation } from '../../domain/client.ts'
import type { Shown, ClaimedEntry, Settled, WrittenEntry } from '../../domain/denylist.ts'
import { Unavailable } from '../../domain/errors.ts'
import { quarantineOf } from '../../domain/quarantine.ts'
import type { Deps } from '../../domain/deps.ts'
import { type QuarantineDeps, quarantineClients } from './quarantine-clients.ts'

export type PublishDeps = QuarantineDeps & Pick<Deps, 'random'>

// A writer that finds a newer version after its own write publishes that one, too; more than a few
// in a row are left to the cron.
const ROUNDS = 3
const WRITER_LENGTH = 16

/**
 * Writes a client's state to the denylist. One writer at a time owns a client's row, so an older
 * entry never overwrites a newer one. Failures are retried later: the change itself is committed,
 * and the database decides.
 */
export async function publishDenylist(deps: PublishDeps, clientId: string): Promise<Propagation> {
  return (await publishAll(deps, [clientId])).has(clientId) ? 'complete' : 'pending'
}

/** The same for many clients of one change: returns those whose entries are written. */
export async function publishAll(deps: PublishDeps, clientIds: string[]): Promise<Set<string>> {
  const done = new Set<string>()
  let due = clientIds
  try {
    for (let round = 0; round < ROUNDS && due.length > 0; round++) {
      const settled = await publishDue(deps, { clientIds: due }, due.length)
      const as = (result: Settled) => due.filter((id) => settled.get(id) === result)
      for (const id of as('done')) done.add(id)
      due = as('newer')
    }
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error
  }
  return done
}

/** The operations of a quarantine, however many clients it affects: measured by a test. */
export const QUARANTINE_OPERATIONS = 9

/** If the edge store refuses these first writes, the others are not attempted. */
const PROBE = 8

/**
 * Claims due entries, writes them and settles them, each in one step; returns the result for each
 * client. If the edge knows more about a client than the database, the database was restored, and
 * the client is quarantined instead. After that, at most this many others are written.
 */
export async function publishDue(
  deps: PublishDeps,
  which: { clientIds: string[] } | { limit: number },
  besidesHolding = 1,
): Promise<Map<string, Settled>> {
  const writer = deps.random(WRITER_LENGTH)
  const claimed = await deps.outbox.claim(writer, which)
  if (claimed.length === 0) return new Map()
  const ahead = await thoseAhead(deps, claimed)
  const free = claimed.filter((one) => ahead && !ahead.has(one.clientId))
  const some = ahead && ahead.size > 0 ? free.slice(0, besidesHolding) : free
  const settled = await deps.outbox.settle(writer, withAll(claimed, await writeAll(deps, some)))
  if (ahead && ahead.size > 0) await quarantineClients(deps, ahead)
  return settled
}

async function writeAll(
  deps: Pick<Deps, 'denylist'>,
  entries: ClaimedEntry[],
): Promise<WrittenEntry[]> {
  const first = await Promise.all(entries.slice(0, PROBE).map((one) => write(deps, one)))
  if (!first.some(({ ok }) => ok)) return first
  const rest = await Promise.all(entries.slice(PROBE).map((one) => write(deps, one)))
  return [...first, ...rest]
}

/** Includes the claimed entries that were not attempted. */
function withAll(claimed: ClaimedEntry[], written: WrittenEntry[]): WrittenEntry[] {
  const known = new Map(written.map((one) => [one.clientId, one]))
  return claimed.map(
    ({ clientId, entry: { version } }) =>
      known.get(clientId) ?? { clientId, version, ok: false, wasTried: false },
  )
}

/** Null if the denylist cannot be read: then nothing that it may know is overwritten. */
async function thoseAhead(
  deps: Pick<Deps, 'denylist'>,
  claimed: ClaimedEntry[],
): Promise<Map<string, Shown> | null> {
  try {
    const shown = await deps.denylist.readMany(claimed.map((one) => one.clientId))
    const ahead = claimed.flatMap(({ clientId, entry, isRepeat }) => {
      const known = shown.get(clientId) ?? null
      // Same version, different content, and no change pending: the entry was edited by hand.
      const wasAltered =
        isRepeat && known !== null && known !== 'garbled' && known.version === entry.version
      return !wasAltered && quarantineOf(clientId, known, entry) ? [[clientId, known] as const] : []
    })
    return new Map(ahead)
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error
    return null
  }
}

async function write(
  deps: Pick<Deps, 'denylist'>,
  { clientId, entry }: ClaimedEntry,
): Promise<WrittenEntry> {
  const { version } = entry
  try {
    await deps.denylist.write(clientId, entry)
    return { clientId, version, ok: true, wasTried: true }
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error
    return { clientId, version, ok: false, wasTried: true }
  }
}
