import { leafText, type TreeCheckpoint } from '../../domain/audit-tree.ts'
import type { Deps } from '../../domain/deps.ts'
import { invalidField, Refusal } from '../../domain/errors.ts'
import { base64OfBytes } from '../../platform/base64.ts'
import {
  consistencyRanges,
  inclusionRanges,
  type Range,
  rootOf,
  subtreesOf,
} from '../../platform/merkle.ts'
import { nodesIn, tileOf } from '../../platform/merkle-tiles.ts'

type ProofDeps = Pick<Deps, 'auditTree'>

/** A leaf with the way to the root. Without `event` and `salt` where the event was erased or is missing. */
export type ProvenEvent = {
  index: number
  leaf: string
  event: string | null
  salt: string | null
  proof: string[]
}

/** The checkpoint of this size, or the newest. */
export async function findCheckpoint(
  { auditTree }: ProofDeps,
  size: number | null,
): Promise<TreeCheckpoint & { publicKey: string }> {
  const found = await auditTree.checkpoint(size)
  if (found) return found
  throw new Refusal(
    'not_found',
    size === null
      ? 'There is no checkpoint yet: the cron signs one within a minute of the first event.'
      : 'There is no checkpoint of this size.',
  )
}

/** The leaves from an index on, each with its proof in the tree of a checkpoint. */
export async function proveEvents(
  { auditTree }: ProofDeps,
  from: number,
  limit: number,
  size: number,
): Promise<ProvenEvent[]> {
  const to = Math.min(from + limit, size)
  const indices = Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i)
  const ways = indices.map((index) => ({ index, ranges: inclusionRanges(index, size) }))
  const leaves = indices.map((index): Range => [index, index + 1])
  const hashOf = await hashesOf({ auditTree }, [...ways.flatMap(({ ranges }) => ranges), ...leaves])
  const events = await auditTree.events(from, to)
  const bySeq = new Map(events.map((one) => [one.event.seq, one]))
  const proven = ways.map(async ({ index, ranges }) => {
    const { event, salt = null } = bySeq.get(index + 1) ?? {}
    return {
      index,
      leaf: await hashOf([index, index + 1]),
      event: event && salt !== null ? leafText(event) : null,
      salt,
      proof: await Promise.all(ranges.map(hashOf)),
    }
  })
  return Promise.all(proven)
}

/** Proves that the tree of one checkpoint is the beginning of that of another. */
export async function proveConsistency(
  { auditTree }: ProofDeps,
  older: number,
  newer: number,
): Promise<string[]> {
  const { size: end } = await findCheckpoint({ auditTree }, null)
  if (newer > end) throw invalidField('to', `must be at most ${end}, the size of the tree`)
  if (older > newer) throw invalidField('from', 'must not be greater than to')
  const ranges = consistencyRanges(older, newer)
  const hashOf = await hashesOf({ auditTree }, ranges)
  return Promise.all(ranges.map(hashOf))
}

/** Reads the tiles behind all ranges at once. */
async function hashesOf({ auditTree }: ProofDeps, ranges: Range[]) {
  const names = new Set(ranges.flatMap(subtreesOf).map(tileOf))
  const node = nodesIn(await auditTree.tiles([...names]))
  return async (range: Range) => base64OfBytes(await rootOf(node, range))
}
