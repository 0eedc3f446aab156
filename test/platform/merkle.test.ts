import { describe, expect, it } from 'vitest'
import {
  consistencyRanges,
  type Hash,
  hashLeaf,
  inclusionRanges,
  isConsistent,
  rootFromInclusion,
  rootOf,
  sameHash,
} from '../../src/platform/merkle.ts'
import {
  addLeaves,
  nodesIn,
  readTile,
  type Tiles,
  tileOf,
  tileText,
} from '../../src/platform/merkle-tiles.ts'

// The tree of eight leaves by which implementations of Certificate Transparency (RFC 6962) test
// themselves, with the roots and proofs that are known of it.

const LEAVES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
]

const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]

const [A, B, C, D, E, F] = [
  '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
  '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
  '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
  'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
  'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
  '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
]

const bytesOf = (hex: string): Hash =>
  Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
const hexOf = (hash: Hash) =>
  Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')

async function treeOf(size: number, leaf: (i: number) => Uint8Array): Promise<Tiles> {
  const hashes = await Promise.all(Array.from({ length: size }, (_, i) => hashLeaf(leaf(i))))
  return addLeaves(0, new Map(), hashes)
}

const reference = (size: number) => treeOf(size, (i) => bytesOf(LEAVES[i] ?? ''))
const numbered = (size: number) => treeOf(size, (i) => new TextEncoder().encode(`leaf ${i}`))

describe('the reference tree of RFC 6962', () => {
  it.each(ROOTS.map((root, size) => [size, root] as const))('of %i leaves', async (size, root) => {
    const node = nodesIn(await reference(size))
    expect(hexOf(await rootOf(node, [0, size]))).toBe(root)
  })

  it.each([
    [0, 1, []],
    [0, 8, [A, B, C]],
    [5, 8, [D, E, ROOTS[4]]],
    [2, 3, [ROOTS[2]]],
    [1, 5, [ROOTS[1], B, D]],
  ] as const)('proves that leaf %i is in the tree of %i', async (index, size, known) => {
    const node = nodesIn(await reference(8))
    const ranges = inclusionRanges(index, size)
    const proof = await Promise.all(ranges.map((range) => rootOf(node, range)))
    expect(proof.map(hexOf)).toEqual(known)
    const leaf = await hashLeaf(bytesOf(LEAVES[index] ?? ''))
    const root = await rootFromInclusion(leaf, index, size, proof)
    expect(root && hexOf(root)).toBe(ROOTS[size])
  })

  it.each([
    [1, 1, []],
    [1, 8, [A, B, C]],
    [6, 8, [F, E, ROOTS[4]]],
    [2, 5, [B, D]],
  ] as const)(
    'proves that the tree of %i is the beginning of that of %i',
    async (older, newer, known) => {
      const node = nodesIn(await reference(8))
      const ranges = consistencyRanges(older, newer)
      const proof = await Promise.all(ranges.map((range) => rootOf(node, range)))
      expect(proof.map(hexOf)).toEqual(known)
      const sized = (size: number) => ({ size, root: bytesOf(ROOTS[size] ?? '') })
      expect(await isConsistent(sized(older), sized(newer), proof)).toBe(true)
    },
  )
})

describe('a proof that is not right proves nothing', () => {
  const sized = (size: number) => ({ size, root: bytesOf(ROOTS[size] ?? '') })
  const proofOf = (...hashes: (string | undefined)[]) => hashes.map((hash) => bytesOf(hash ?? ''))

  it.each([
    ['another older root', { size: 6, root: bytesOf(A) }, sized(8), proofOf(F, E, ROOTS[4])],
    ['another newer root', sized(6), { size: 8, root: bytesOf(A) }, proofOf(F, E, ROOTS[4])],
    ['a hash left out', sized(6), sized(8), proofOf(F, E)],
    ['a hash too many', sized(6), sized(8), proofOf(F, E, ROOTS[4], A)],
    ['hashes swapped', sized(6), sized(8), proofOf(E, F, ROOTS[4])],
    ['two roots of one size', sized(6), { size: 6, root: bytesOf(A) }, []],
    ['the newer one first', sized(8), sized(6), proofOf(F, E, ROOTS[4])],
    ['something from nothing', sized(0), sized(8), proofOf(A)],
  ])('of consistency: %s', async (_, older, newer, proof) => {
    expect(await isConsistent(older, newer, proof)).toBe(false)
  })

  it.each([
    ['another place', 4, 8, proofOf(D, E, ROOTS[4])],
    ['another size', 5, 6, proofOf(D, E, ROOTS[4])],
    ['a hash left out', 5, 8, proofOf(D, E)],
    ['a hash too many', 5, 8, proofOf(D, E, ROOTS[4], A)],
    ['no tree', 0, 0, []],
  ])('of inclusion: %s', async (_, index, size, proof) => {
    const leaf = await hashLeaf(bytesOf('40414243'))
    const root = await rootFromInclusion(leaf, index, size, proof)
    expect(root === null || !sameHash(root, bytesOf(ROOTS[8] ?? ''))).toBe(true)
  })

  it('a node is no leaf: what is hashed for them begins differently', async () => {
    const [left, right] = [bytesOf(ROOTS[1] ?? ''), bytesOf(A)]
    const asLeaf = await hashLeaf(Uint8Array.of(...left, ...right))
    expect(hexOf(asLeaf)).not.toBe(ROOTS[2])
  })
})

describe('the tree in tiles', () => {
  it('is the same, whatever the portions in which it grew', async () => {
    const whole = await numbered(700)
    const leaves = [0, 1, 2].flatMap((n) => whole.get(`0/${n}`) ?? [])
    let tiles: Tiles = new Map()
    for (const [from, to] of [
      [0, 1],
      [1, 255],
      [255, 256],
      [256, 513],
      [513, 700],
    ] as const) {
      tiles = new Map([...tiles, ...(await addLeaves(from, tiles, leaves.slice(from, to)))])
      const kept = new Map([...tiles].map(([name, tile]) => [name, readTile(tileText(tile))]))
      expect(kept).toEqual(tiles)
      expect(await rootOf(nodesIn(kept), [0, to])).toEqual(await rootOf(nodesIn(whole), [0, to]))
    }
    expect(tiles).toEqual(whole)
    expect([...tiles.keys()].toSorted()).toEqual(['0/0', '0/1', '0/2', '1/0'])
  })

  it('proves each leaf and each beginning of a tree of more than one level', async () => {
    const [size, tiles] = [600, await numbered(600)]
    const node = nodesIn(tiles)
    const root = await rootOf(node, [0, size])
    for (const index of [0, 1, 255, 256, 511, 512, 598, 599]) {
      const proof = await Promise.all(inclusionRanges(index, size).map((r) => rootOf(node, r)))
      const leaf = await node(0, index)
      expect(await rootFromInclusion(leaf, index, size, proof)).toEqual(root)
      const older = { size: index + 1, root: await rootOf(node, [0, index + 1]) }
      const way = await Promise.all(consistencyRanges(older.size, size).map((r) => rootOf(node, r)))
      expect(await isConsistent(older, { size, root }, way)).toBe(true)
    }
  })

  it('names the tile that lacks a hash', async () => {
    const node = nodesIn(await numbered(300))
    await expect(node(0, 300)).rejects.toThrow('tile 0/1')
    await expect(node(8, 256)).rejects.toThrow('tile 1/1')
  })

  it('reads few tiles for a proof of a large tree', () => {
    const ranges = [
      ...inclusionRanges(123_456, 5_000_000),
      ...consistencyRanges(123_456, 5_000_000),
    ]
    const subtrees = ranges.flatMap(
      ([from, to]) =>
        [
          [0, from],
          [0, to - 1],
        ] as [number, number][],
    )
    expect(subtrees.length).toBeGreaterThan(0)
    expect(ranges.length).toBeLessThan(50)
    expect(tileOf([9, 3])).toBe('1/0')
    expect(tileOf([8, 256])).toBe('1/1')
  })
})
