import type { Mistake } from './mistakes.ts'

const MERKLE = 'src/platform/merkle.ts'
const JUDGE = 'src/cli/audit/judge-export.ts'
const VECTORS = 'test/platform/merkle.test.ts'
const TAMPERING = 'test/actions/audit-tree/tampering.test.ts'
const GROWTH = 'test/actions/audit-tree/growth.test.ts'

/** Mistakes of the tree over the audit events, and of who verifies it. */
export const AUDIT_TREE_MISTAKES: Mistake[] = [
  {
    name: 'a leaf of the audit tree is hashed like a node',
    file: MERKLE,
    find: 'return sha256Bytes(Uint8Array.of(0), data)',
    replace: 'return sha256Bytes(data)',
    noticedBy: VECTORS,
  },
  {
    name: 'the root of a tile is taken before its last hash',
    file: 'src/platform/merkle-tiles.ts',
    find: '=== TILE_WIDTH) full.push(tile)',
    replace: '=== TILE_WIDTH) full.push([...tile.slice(0, -1), tile[0] as Hash])',
    noticedBy: VECTORS,
  },
  {
    name: 'a proof of consistency does not look at the older root',
    file: MERKLE,
    find: 'sameHash(roots[0], older.root) && ',
    replace: '',
    noticedBy: VECTORS,
  },
  {
    name: 'a checkpoint is written before the hashes that it is made of',
    file: 'src/storage/ledger/audit-tree.ts',
    find: 'await db.batch([checkpointSql(size, checkpoint), tilesSql(tiles), ...keyed])',
    replace:
      'await db.rows(checkpointSql(size, checkpoint))\n        await db.batch([tilesSql(tiles), ...keyed])',
    noticedBy: GROWTH,
  },
  {
    name: 'the cron signs a tree that does not continue the one it signed last',
    file: 'src/actions/audit-tree/extend-audit-tree.ts',
    find: '  await refuseAlteredTiles(head)\n',
    replace: '',
    noticedBy: TAMPERING,
  },
  {
    name: 'an erased event gets into an export',
    file: 'src/actions/audit-tree/prove-events.ts',
    find: 'event: event && salt !== null ? leafText(event) : null,',
    replace: 'event: event ? leafText(event) : null,',
    noticedBy: GROWTH,
  },
  {
    name: 'the verifier does not compare an export with kept checkpoints',
    file: JUDGE,
    find: '[0, other.size])\n  return sameHash(root, other.root) ? null : rewritten(other)',
    replace: '[0, other.size])\n  return root ? null : rewritten(other)',
    noticedBy: TAMPERING,
  },
  {
    name: 'the verifier takes any leaf that has a proof of the right length',
    file: JUDGE,
    find: 'if (!root || !sameHash(root, own.root)) {',
    replace: 'if (!root) {',
    noticedBy: TAMPERING,
  },
]
