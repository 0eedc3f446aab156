import type { Propagation } from '../../domain/client.ts'
import type { Shown, ClaimedEntry, Settled, WrittenEntry } from '../../domain/denylist.ts'
import { Unavailable } from '../../domain/errors.ts'
import { quarantineOf } from '../../domain/quarantine.ts'
import type { Deps } from '../../domain/deps.ts'
import { type QuarantineDeps, quarantineClients } from './quarantine-clients.ts'

export type PublishDeps = QuarantineDeps & Pick<Deps, 'random'>

// A writer that finds a newer version behind its own writes that one too; more than a few in a row
// are left to the cron.
const ROUNDS = 3
const WRITER_LENGTH = 16

/**
 * Writes what D1 says of a client to the denylist. One writer at a time has a client's row, so that
 * an older entry never lands on a newer one. Whatever fails is retried later: the change itself is
 * committed, and D1 decides.
 */
export async function publishDenylist(deps: PublishDeps, clientId: string): Promise<Propagation> {
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const settled = await publishDue(deps, { clientId })
      if (settled.get(clientId) !== 'newer') {
        return settled.get(clientId) === 'done' ? 'complete' : 'pending'
      }
    }
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error
  }
  return 'pending'
}

/** What holding clients costs: a look, a commit. */
export const QUARANTINE_COST = 9

/** What KV refuses at first it is not asked to take by the dozen. */
const PROBE = 8

/**
 * Claims what is due, writes it, and settles it, each in one go; what became of each client's. A client
 * of which KV knows better is held instead: D1 was taken back. Then so many others at most are written.
 */
export async function publishDue(
  deps: PublishDeps,
  which: { clientId: string } | { limit: number },
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

/** Those too that were left alone. */
function withAll(claimed: ClaimedEntry[], written: WrittenEntry[]): WrittenEntry[] {
  const known = new Map(written.map((one) => [one.clientId, one]))
  return claimed.map(
    ({ clientId, entry: { version } }) =>
      known.get(clientId) ?? { clientId, version, ok: false, wasTried: false },
  )
}

/** Null where KV cannot be read: then nothing is written over what it may know. */
async function thoseAhead(
  deps: Pick<Deps, 'denylist'>,
  claimed: ClaimedEntry[],
): Promise<Map<string, Shown> | null> {
  try {
    const shown = await deps.denylist.readMany(claimed.map((one) => one.clientId))
    const ahead = claimed.flatMap(({ clientId, entry, isRepeat }) => {
      const known = shown.get(clientId) ?? null
      // Of one version and different, without a change: somebody wrote to KV by hand.
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
