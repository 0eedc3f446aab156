import {
  leafText,
  type SaltedEvent,
  saltedText,
  type TreeCheckpoint,
  type TreeHead,
} from '../../domain/audit-tree.ts'
import type { Deps } from '../../domain/deps.ts'
import { Unavailable } from '../../domain/errors.ts'
import { base64OfBytes, bytesFromBase64 } from '../../platform/base64.ts'
import { type Hash, hashLeaf, rootOf, sha256Bytes } from '../../platform/merkle.ts'
import { addLeaves, nodesIn, TILE_WIDTH } from '../../platform/merkle-tiles.ts'
import { checkpointText, signNote } from '../../platform/signed-note.ts'

export type TreeDeps = Pick<Deps, 'auditTree' | 'treeKeys' | 'treeOrigin' | 'now'>

/** The most events that one run adds. */
const EVENTS_A_RUN = TILE_WIDTH

/**
 * Adds the events up to `headSeq` to the tree, a portion of them where they are many, and signs what
 * it has become. Tiles and checkpoint are one transaction: a run that is killed has added everything
 * or nothing. Returns the newest checkpoint; null where there is none, or another run came first.
 */
export async function extendAuditTree(
  deps: TreeDeps,
  headSeq: number,
): Promise<TreeCheckpoint | null> {
  const head = await deps.auditTree.head()
  const before = head.checkpoint?.size ?? 0
  if (headSeq <= before) return head.checkpoint
  await refuseAlteredTiles(head)
  const size = Math.min(headSeq, before + EVENTS_A_RUN)
  const leaves = await leavesOf(await deps.auditTree.salted(before, size), before, size)
  const changed = await addLeaves(before, head.edge, leaves)
  const root = await rootOf(nodesIn(new Map([...head.edge, ...changed])), [0, size])
  const key = head.key ?? (await deps.treeKeys.make())
  const keyToKeep = head.key ? await deps.treeKeys.rewrapped(head.key) : key
  const note = await signNote(
    checkpointText({ origin: deps.treeOrigin, size, root }),
    { name: deps.treeOrigin, publicKey: bytesFromBase64(key.publicKey) ?? new Uint8Array() },
    (bytes) => deps.treeKeys.sign(key, bytes),
  )
  const checkpoint = { size, root: base64OfBytes(root), at: deps.now(), note }
  const isOurs = await deps.auditTree.extend(before, changed, checkpoint, keyToKeep)
  return isOurs ? checkpoint : null
}

/** Nothing is signed that does not continue what was signed last. */
async function refuseAlteredTiles({ checkpoint, edge }: TreeHead): Promise<void> {
  if (!checkpoint) return
  const root = await rootOf(nodesIn(edge), [0, checkpoint.size]).catch(() => null)
  if (root && base64OfBytes(root) === checkpoint.root) return
  throw new Unavailable('d1', `the audit tree is not the one that was signed at ${checkpoint.size}`)
}

/** A place without an event gets the leaf of no data: it shows that an event is missing there. */
async function leavesOf(events: SaltedEvent[], before: number, size: number): Promise<Hash[]> {
  const bySeq = new Map(events.map((one) => [one.event.seq, one]))
  const seqs = Array.from({ length: size - before }, (_, i) => before + 1 + i)
  return Promise.all(seqs.map((seq) => leafOf(bySeq.get(seq))))
}

async function leafOf(salted: SaltedEvent | undefined): Promise<Hash> {
  if (!salted) return hashLeaf(new Uint8Array())
  const text = saltedText(salted.salt ?? '', leafText(salted.event))
  return hashLeaf(await sha256Bytes(new TextEncoder().encode(text)))
}
