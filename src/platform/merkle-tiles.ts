import { base64OfBytes, bytesFromBase64 } from './base64.ts'
import { type Hash, hashNode, type Node } from './merkle.ts'

// The hashes of a Merkle tree in tiles (https://c2sp.org/tlog-tiles): a tile of level n has up to 256
// roots of complete subtrees of 256^n leaves. Whatever else is asked of the tree follows from them.

const HEIGHT = 8
export const TILE_WIDTH = 256

/** The tiles by `<level>/<tile>`. */
export type Tiles = ReadonlyMap<string, Hash[]>

/** The characters of one hash in a tile's text. */
const ENCODED = 44

export function tileText(hashes: Hash[]): string {
  return hashes.map(base64OfBytes).join('')
}

export function readTile(text: string): Hash[] {
  const parts = Array.from({ length: text.length / ENCODED }, (_, i) =>
    text.slice(i * ENCODED, (i + 1) * ENCODED),
  )
  return parts.map((part) => new Uint8Array(bytesFromBase64(part) ?? []))
}

/** The name of the tile in which the root of a complete subtree is, or from which it follows. */
export function tileOf([height, index]: [height: number, index: number]): string {
  const first = index * 2 ** (height % HEIGHT)
  return `${Math.floor(height / HEIGHT)}/${Math.floor(first / TILE_WIDTH)}`
}

/** Reads the roots of subtrees from tiles; each is computed once. */
export function nodesIn(tiles: Tiles): Node {
  const known = new Map<string, Promise<Hash>>()
  const node: Node = (height, index) => {
    const name = `${height} ${index}`
    const found = known.get(name) ?? compute(height, index)
    known.set(name, found)
    return found
  }
  const compute: Node = async (height, index) => {
    if (height % HEIGHT > 0) return above(node, height, index)
    const hash = tiles.get(tileOf([height, index]))?.[index % TILE_WIDTH]
    if (!hash) throw new Error(`the tree lacks a hash in tile ${tileOf([height, index])}`)
    return hash
  }
  return node
}

async function above(node: Node, height: number, index: number): Promise<Hash> {
  const below = [node(height - 1, index * 2), node(height - 1, index * 2 + 1)] as const
  const [left, right] = await Promise.all(below)
  return hashNode(left, right)
}

/**
 * The tiles that change or begin where leaves are added to a tree of this size; `edge` has its tiles
 * that are not full. A tile that gets full adds its root to the level above.
 */
export async function addLeaves(
  size: number,
  edge: Tiles,
  leaves: Hash[],
): Promise<Map<string, Hash[]>> {
  const changed = new Map<string, Hash[]>()
  let [added, begin] = [leaves, size]
  for (let level = 0; added.length > 0; level++) {
    const full: Hash[][] = []
    for (const [i, hash] of added.entries()) {
      const name = `${level}/${Math.floor((begin + i) / TILE_WIDTH)}`
      const tile = changed.get(name) ?? (edge.get(name) ?? []).slice(0, begin % TILE_WIDTH)
      changed.set(name, tile)
      if (tile.push(hash) === TILE_WIDTH) full.push(tile)
    }
    begin = Math.floor(begin / TILE_WIDTH)
    added = await Promise.all(full.map(rootOfTile))
  }
  return changed
}

function rootOfTile(hashes: Hash[]): Promise<Hash> {
  return above(nodesIn(new Map([['0/0', hashes]])), HEIGHT, 0)
}
