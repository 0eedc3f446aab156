import { RFC9162 } from '@transmute/rfc9162'
import { describe, expect, it } from 'vitest'
import {
  consistencyRanges,
  hashLeaf,
  inclusionRanges,
  isConsistent,
  rootFromInclusion,
  rootOf,
} from '../../src/platform/merkle.ts'
import { addLeaves, nodesIn } from '../../src/platform/merkle-tiles.ts'

// Another implementation of RFC 9162, whose trees are those of RFC 6962: each verifies what the other
// has made.

const SIZE = 70
const entries = Array.from({ length: SIZE }, (_, i) => new TextEncoder().encode(`entry ${i}`))
const plain = (bytes: Uint8Array) => [...bytes]

async function treeOf(size: number) {
  const node = nodesIn(
    await addLeaves(0, new Map(), await Promise.all(entries.slice(0, size).map(hashLeaf))),
  )
  return { node, root: await rootOf(node, [0, size]) }
}

describe('a second implementation', () => {
  it('has the same roots, and verifies our inclusion proofs', async () => {
    for (const size of [1, 2, 3, 7, 8, 33, SIZE]) {
      const { node, root } = await treeOf(size)
      expect(plain(await RFC9162.treeHead(entries.slice(0, size)))).toEqual(plain(root))
      for (const index of new Set([0, size >> 1, size - 1])) {
        const path = await Promise.all(inclusionRanges(index, size).map((r) => rootOf(node, r)))
        const proof = { log_id: '', tree_size: size, leaf_index: index, inclusion_path: path }
        const leaf = await hashLeaf(entries[index] ?? new Uint8Array())
        expect(await RFC9162.verifyInclusionProof(root, leaf, proof)).toBe(true)
      }
    }
  })

  it('makes inclusion proofs that we verify', async () => {
    const { root } = await treeOf(SIZE)
    for (const index of [0, 31, 63, 64, 69]) {
      const entry = entries[index] ?? new Uint8Array()
      const proof = await RFC9162.inclusionProof(entry, entries)
      const path = proof.inclusion_path.map((hash) => new Uint8Array(hash))
      const found = await rootFromInclusion(await hashLeaf(entry), index, SIZE, path)
      expect(found && plain(found)).toEqual(plain(root))
    }
  })

  it('verifies our consistency proofs, and makes those that we verify', async () => {
    const { node, root } = await treeOf(SIZE)
    // Its verification expects a hash more where the older size is a power of two, against RFC 9162 §2.1.4.2.
    for (const size of [3, 5, 33, 63, 69]) {
      const older = { size, root: (await treeOf(size)).root }
      const path = await Promise.all(consistencyRanges(size, SIZE).map((r) => rootOf(node, r)))
      const sizes = { log_id: '', tree_size_1: size, tree_size_2: SIZE }
      const ours = { ...sizes, consistency_path: path }
      expect(await RFC9162.verifyConsistencyProof(older.root, root, ours)).toBe(true)
      const known = await RFC9162.inclusionProof(
        entries[0] ?? new Uint8Array(),
        entries.slice(0, size),
      )
      const theirs = await RFC9162.consistencyProof(known, entries)
      const hashes = theirs.consistency_path.map((hash) => new Uint8Array(hash))
      expect(await isConsistent(older, { size: SIZE, root }, hashes)).toBe(true)
    }
  })
})
