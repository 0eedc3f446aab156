import { expect, it } from 'vitest'
import {
  consistencyRanges,
  type Hash,
  hashLeaf,
  hashNode,
  inclusionRanges,
  isConsistent,
  rootFromInclusion,
  rootOf,
  sameHash,
} from '../../src/platform/merkle.ts'

// An operator who rewrites the log can make proofs up: one of another length, or for another place, proves nothing.

const SIZES = [1, 2, 3, 4, 5, 6, 7, 8]
const LEAVES = SIZES.map((n) => Uint8Array.of(n))

const leafAt = (index: number) => hashLeaf(LEAVES[index] ?? new Uint8Array())

async function node(height: number, index: number): Promise<Hash> {
  if (height === 0) return leafAt(index)
  const [left, right] = [2 * index, 2 * index + 1]
  return hashNode(await node(height - 1, left), await node(height - 1, right))
}

const nodeAt = (range: [from: number, to: number]) => rootOf(node, range)

it('a leaf is proven by its own proof alone, at its own place', async () => {
  for (const size of SIZES) {
    const root = await nodeAt([0, size])
    for (let index = 0; index < size; index++) {
      const proof = await Promise.all(inclusionRanges(index, size).map(nodeAt))
      const leaf = await leafAt(index)
      const proves = async (at: number, by: Hash[]) => {
        const reached = await rootFromInclusion(leaf, at, size, by)
        return reached !== null && sameHash(reached, root)
      }
      expect([size, index, await proves(index, proof)]).toEqual([size, index, true])
      expect(await rootFromInclusion(leaf, index, size, [...proof, root])).toBeNull()
      expect(await rootFromInclusion(leaf, index, size, proof.slice(1))).toEqual(
        proof.length === 0 ? leaf : null,
      )
      expect(await proves(index + size, proof)).toBe(false)
    }
  }
  const leaf = await leafAt(0)
  expect(await rootFromInclusion(leaf, 0, 0, [])).toBeNull()
  expect(await rootFromInclusion(leaf, 1, 1, [])).toBeNull()
})

it('a tree continues another by its own proof alone, and none that is larger', async () => {
  for (const size of SIZES) {
    const newer = { size, root: await nodeAt([0, size]) }
    for (let before = 1; before <= size; before++) {
      const older = { size: before, root: await nodeAt([0, before]) }
      const proof = await Promise.all(consistencyRanges(before, size).map(nodeAt))
      expect([before, size, await isConsistent(older, newer, proof)]).toEqual([before, size, true])
      for (const other of [[...proof, newer.root], [newer.root, ...proof], proof.slice(1)]) {
        const isShown = await isConsistent(older, newer, other)
        expect([before, size, isShown]).toEqual([before, size, other.length === proof.length])
      }
      if (before < size) expect(await isConsistent(newer, older, proof)).toBe(false)
    }
    const empty = { size: 0, root: new Uint8Array(32) }
    expect(await isConsistent(empty, newer, [])).toBe(true)
    expect(await isConsistent(empty, newer, [newer.root])).toBe(false)
  }
})
