import { saltedText } from '../../domain/audit-tree.ts'
import { countedInWords } from '../../domain/count.ts'
import { bytesFromBase64 } from '../../platform/base64.ts'
import {
  type Hash,
  hashLeaf,
  isConsistent,
  rootFromInclusion,
  rootOf,
  sameHash,
  sha256Bytes,
  type SizedRoot,
} from '../../platform/merkle.ts'
import { addLeaves, nodesIn } from '../../platform/merkle-tiles.ts'
import type { ProvenEventBody } from '../api-types.ts'
import type { ExportFile } from './export-format.ts'

/** `erased`: the numbers of events of which only the leaf is left. */
export type ExportVerdict = { problems: string[]; erased: number[] }

/**
 * Compares an export with the checkpoint that it was made for, and with others that were kept
 * elsewhere. All were signed by the same key.
 */
export async function judgeExport(
  file: ExportFile,
  own: SizedRoot,
  others: SizedRoot[],
): Promise<ExportVerdict> {
  const verdict: ExportVerdict = { problems: [], erased: [] }
  for (const leaf of file.leaves) {
    const problem = await judgeLeaf(leaf, own)
    if (problem) verdict.problems.push(problem)
    if (leaf.event === null || leaf.salt === null) verdict.erased.push(leaf.index + 1)
  }
  const isWhole = file.head.events === 'all'
  if (isWhole) verdict.problems.push(...missingIn(file.leaves, own.size))
  else if (file.leaves.length !== 1) verdict.problems.push('The file must have one event.')
  for (const other of others) {
    const problem = isWhole
      ? await judgeBeginning(file, own, other)
      : await judgeProof(file, own, other)
    if (problem) verdict.problems.push(problem)
  }
  return verdict
}

async function judgeLeaf(
  { index, leaf, event, salt, proof }: ProvenEventBody,
  own: SizedRoot,
): Promise<string | null> {
  const number = index + 1
  if (index >= own.size) return `Event ${number} is after the checkpoint: it was inserted.`
  const hash = hashIn(leaf)
  const way = proof.map(hashIn)
  const root = await rootFromInclusion(hash, index, own.size, way)
  if (!root || !sameHash(root, own.root)) {
    return `The leaf of event ${number} is not at its place in the tree of the checkpoint: it was altered, inserted or moved.`
  }
  if (event === null || salt === null) return null
  const data = await sha256Bytes(new TextEncoder().encode(saltedText(salt, event)))
  if (!sameHash(await hashLeaf(data), hash)) {
    return `Event ${number} was altered: it is not the one in the tree of the checkpoint.`
  }
  return numberIn(event) === number ? null : `Event ${number} says that it has another number.`
}

/** Each event once, in order. */
function missingIn(leaves: ProvenEventBody[], size: number): string[] {
  const seen = new Set(leaves.map(({ index }) => index))
  const missing = Array.from({ length: size }, (_, i) => i).filter((i) => !seen.has(i))
  const problems = missing.map((i) => `Event ${i + 1} is missing from the file.`)
  if (seen.size < leaves.length) problems.push('An event is in the file twice.')
  return problems
}

/** With all leaves, the tree of any earlier size can be computed. */
async function judgeBeginning(
  { leaves }: ExportFile,
  own: SizedRoot,
  other: SizedRoot,
): Promise<string | null> {
  if (other.size > own.size) return endsBefore(own, other)
  const hashes = leaves.toSorted((a, b) => a.index - b.index).map(({ leaf }) => hashIn(leaf))
  const known = hashes.slice(0, other.size)
  // Said of the missing events already.
  if (known.length < other.size) return null
  const root = await rootOf(nodesIn(await addLeaves(0, new Map(), known)), [0, other.size])
  return sameHash(root, other.root) ? null : rewritten(other)
}

async function judgeProof(
  { consistency }: ExportFile,
  own: SizedRoot,
  other: SizedRoot,
): Promise<string | null> {
  if (other.size > own.size) return endsBefore(own, other)
  if (other.size === own.size) return sameHash(own.root, other.root) ? null : rewritten(other)
  const line = consistency.find(({ from, to }) => from === other.size && to === own.size)
  if (!line) {
    return `The file has no proof that the log continues the checkpoint of ${countedInWords(other.size, 'event')}: export it with --since.`
  }
  return (await isConsistent(other, own, line.proof.map(hashIn))) ? null : rewritten(other)
}

function endsBefore(own: SizedRoot, other: SizedRoot): string {
  return `The file ends at event ${own.size}, and a checkpoint of ${countedInWords(other.size, 'event')} was signed: the log was cut off, or the file is older.`
}

function rewritten({ size }: SizedRoot): string {
  return `The log does not continue the checkpoint of ${countedInWords(size, 'event')}: it was rewritten.`
}

/** The sealed text of an event begins with its seal and its number. */
function numberIn(event: string): unknown {
  try {
    return (JSON.parse(event) as unknown[])[1]
  } catch {
    return null
  }
}

/** A text that is not base64 becomes a hash that no tree has. */
function hashIn(text: string): Hash {
  return new Uint8Array(bytesFromBase64(text) ?? [])
}
