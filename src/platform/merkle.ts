// Merkle trees as RFC 6962 §2.1 has them: a leaf and a node are hashed with different prefixes, and a
// tree of any size is one tree. Runs in Node 20 too.

export type Hash = Uint8Array<ArrayBuffer>

/** The root of a complete subtree of 2^height leaves, the `index`th of its height. */
export type Node = (height: number, index: number) => Promise<Hash>

/** The leaves from the first up to, but not including, the second. */
export type Range = [from: number, to: number]

export async function sha256Bytes(...parts: Uint8Array[]): Promise<Hash> {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return new Uint8Array(await crypto.subtle.digest('SHA-256', all))
}

export function hashLeaf(data: Uint8Array): Promise<Hash> {
  return sha256Bytes(Uint8Array.of(0), data)
}

export function hashNode(left: Hash, right: Hash): Promise<Hash> {
  return sha256Bytes(Uint8Array.of(1), left, right)
}

const EMPTY_ROOT = () => sha256Bytes()

export function sameHash(a: Hash, b: Hash): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}

/** The complete subtrees of which a range consists, the largest first. */
export function subtreesOf([from, to]: Range): [height: number, index: number][] {
  const found: [number, number][] = []
  for (let at = from; at < to; ) {
    let height = 0
    while (at % 2 ** (height + 1) === 0 && at + 2 ** (height + 1) <= to) height++
    found.push([height, at / 2 ** height])
    at += 2 ** height
  }
  return found
}

/** The root of a range that is a subtree of a tree, complete or at its right edge. */
export async function rootOf(node: Node, range: Range): Promise<Hash> {
  const roots = await Promise.all(subtreesOf(range).map(([height, index]) => node(height, index)))
  let root = roots.pop() ?? (await EMPTY_ROOT())
  for (const left of roots.toReversed()) root = await hashNode(left, root)
  return root
}

/** The ranges whose roots prove that a leaf is in the tree (RFC 6962 §2.1.1). */
export function inclusionRanges(index: number, size: number, from = 0): Range[] {
  if (size === 1) return []
  const half = splitOf(size)
  if (index < half) {
    return [...inclusionRanges(index, half, from), [from + half, from + size]]
  }
  return [...inclusionRanges(index - half, size - half, from + half), [from, from + half]]
}

/** The ranges whose roots prove that a tree only added leaves to an older one (RFC 6962 §2.1.2). */
export function consistencyRanges(older: number, size: number): Range[] {
  return older === 0 ? [] : partsOf(older, size, 0, true)
}

function partsOf(older: number, size: number, from: number, isWhole: boolean): Range[] {
  if (older === size) return isWhole ? [] : [[from, from + size]]
  const half = splitOf(size)
  if (older <= half) return [...partsOf(older, half, from, isWhole), [from + half, from + size]]
  return [...partsOf(older - half, size - half, from + half, false), [from, from + half]]
}

/** The root to which a proof leads from a leaf; null if the proof has another length. */
export async function rootFromInclusion(
  leaf: Hash,
  index: number,
  size: number,
  proof: readonly Hash[],
): Promise<Hash | null> {
  const last = proof.at(-1)
  if (size <= 1) return size === 1 && index === 0 && !last ? leaf : null
  if (!last) return null
  const [half, rest] = [splitOf(size), proof.slice(0, -1)]
  if (index < half) {
    const left = await rootFromInclusion(leaf, index, half, rest)
    return left && hashNode(left, last)
  }
  const right = await rootFromInclusion(leaf, index - half, size - half, rest)
  return right && hashNode(last, right)
}

export type SizedRoot = { size: number; root: Hash }

/** Whether a tree continues an older one. */
export async function isConsistent(
  older: SizedRoot,
  newer: SizedRoot,
  proof: readonly Hash[],
): Promise<boolean> {
  if (older.size > newer.size) return false
  if (older.size === 0) return proof.length === 0
  const roots = await rootsFromConsistency(older, older.size, newer.size, proof, true)
  return roots !== null && sameHash(roots[0], older.root) && sameHash(roots[1], newer.root)
}

async function rootsFromConsistency(
  known: SizedRoot,
  older: number,
  size: number,
  proof: readonly Hash[],
  isWhole: boolean,
): Promise<[older: Hash, newer: Hash] | null> {
  const [last, rest] = [proof.at(-1), proof.slice(0, -1)]
  if (older === size && isWhole) return last ? null : [known.root, known.root]
  if (!last) return null
  if (older === size) return rest.length === 0 ? [last, last] : null
  const half = splitOf(size)
  if (older <= half) {
    const left = await rootsFromConsistency(known, older, half, rest, isWhole)
    return left && [left[0], await hashNode(left[1], last)]
  }
  const right = await rootsFromConsistency(known, older - half, size - half, rest, false)
  return right && [await hashNode(last, right[0]), await hashNode(last, right[1])]
}

/** The largest power of two that is smaller than `size`. */
function splitOf(size: number): number {
  let half = 1
  while (half * 2 < size) half *= 2
  return half
}
