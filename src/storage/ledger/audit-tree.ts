import type { AuditTree, TreeCheckpoint, TreeKey } from '../../domain/audit-tree.ts'
import { Unavailable } from '../../domain/errors.ts'
import { readTile, type Tiles, tileText } from '../../platform/merkle-tiles.ts'
import { type Database, firstOf, type Statement } from '../database.ts'
import { sql } from '../sql.ts'
import { type EventRow, EVENT_COLUMNS, toEvent } from './audit-events.ts'

/** More levels than a tree of 2^40 events has. */
const LEVELS = JSON.stringify([0, 1, 2, 3, 4])

/** D1's messages when another run came first. */
const LOST = [
  'NOT NULL constraint failed: portcullis_audit_checkpoints.root',
  'UNIQUE constraint failed: portcullis_audit_checkpoints.size',
]

type TileRow = { level: number | null; tile: number; hashes: string }
type KeyRow = { publicKey: string | null; wrappedKey: string }
/** The other columns of a checkpoint are as null as its size, and that of a key as its public one. */
type HeadRow = TileRow & KeyRow & Omit<TreeCheckpoint, 'size'> & { size: number | null }
type SaltedRow = EventRow & { salt: string | null }

export function d1AuditTree(db: Database): AuditTree {
  return {
    async head() {
      // A row for each level, also where the tree has no tile that is not full.
      const rows = await db.rows<HeadRow>(sql`SELECT c.size, c.root, c.at, c.note,
          k.public_key AS publicKey, k.wrapped_key AS wrappedKey, t.level, t.tile, t.hashes
        FROM json_each(${LEVELS}) l
        LEFT JOIN portcullis_audit_checkpoints c
          ON c.size = (SELECT max(size) FROM portcullis_audit_checkpoints)
        LEFT JOIN portcullis_audit_tree_key k ON k.id = 1
        LEFT JOIN portcullis_audit_tiles t ON t.level = l.value
          AND t.tile = (coalesce(c.size, 0) >> (8 * l.value)) >> 8`)
      const { size, root, at, note, publicKey, wrappedKey } = firstOf(rows)
      return {
        checkpoint: size ? { size, root, at, note } : null,
        edge: tilesIn(rows),
        key: publicKey ? { publicKey, wrappedKey } : null,
      }
    },

    async salted(seq, last) {
      const [, rows = []] = await db.batch([
        sql`UPDATE portcullis_audit_events SET salt = lower(hex(randomblob(16)))
          WHERE seq > ${seq} AND seq <= ${last} AND salt IS NULL`,
        eventsSql(seq, last),
      ])
      return (rows as SaltedRow[]).map(toSalted)
    },

    async events(seq, last) {
      return (await db.rows<SaltedRow>(eventsSql(seq, last))).map(toSalted)
    },

    async seqOf(eventId) {
      const [row] = await db.rows<{ seq: number }>(
        sql`SELECT seq FROM portcullis_audit_events WHERE event_id = ${eventId}`,
      )
      return row?.seq ?? null
    },

    async extend(size, tiles, checkpoint, key) {
      try {
        const keyed = key ? [keySql(key, checkpoint.at)] : []
        await db.batch([checkpointSql(size, checkpoint), tilesSql(tiles), ...keyed])
        return true
      } catch (error) {
        const isLost =
          error instanceof Unavailable && LOST.some((message) => error.message.includes(message))
        if (!isLost) throw error
        return false
      }
    },

    async checkpoint(size) {
      const wanted = size === null ? sql`ORDER BY size DESC LIMIT 1` : sql`WHERE size = ${size}`
      const [found] = await db.rows<TreeCheckpoint & { publicKey: string }>(
        sql`SELECT size, root, at, note, k.public_key AS publicKey
          FROM portcullis_audit_checkpoints JOIN portcullis_audit_tree_key k ON k.id = 1 ${wanted}`,
      )
      return found ?? null
    },

    async tiles(names) {
      const places = JSON.stringify(names.map((name) => name.split('/').map(Number)))
      return tilesIn(
        await db.rows<TileRow>(sql`SELECT t.level, t.tile, t.hashes FROM json_each(${places}) j
          JOIN portcullis_audit_tiles t ON t.level = j.value ->> 0 AND t.tile = j.value ->> 1`),
      )
    },
  }
}

function eventsSql(seq: number, last: number): Statement {
  return sql`SELECT salt, ${EVENT_COLUMNS} FROM portcullis_audit_events
    WHERE seq > ${seq} AND seq <= ${last} ORDER BY seq`
}

/** Without a root where the tree has grown meanwhile: the column refuses that, and with it the batch. */
function checkpointSql(before: number, { size, root, at, note }: TreeCheckpoint): Statement {
  return sql`INSERT INTO portcullis_audit_checkpoints (size, root, at, note) VALUES (${size},
    CASE WHEN coalesce((SELECT max(size) FROM portcullis_audit_checkpoints), 0) = ${before}
      THEN ${root} END, ${at}, ${note})`
}

function tilesSql(tiles: Tiles): Statement {
  const rows = [...tiles].map(([name, hashes]) => [
    ...name.split('/').map(Number),
    tileText(hashes),
  ])
  return sql`INSERT INTO portcullis_audit_tiles (level, tile, hashes)
    SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(${JSON.stringify(rows)}) WHERE true
    ON CONFLICT (level, tile) DO UPDATE SET hashes = excluded.hashes`
}

function keySql({ publicKey, wrappedKey }: TreeKey, at: number): Statement {
  return sql`INSERT INTO portcullis_audit_tree_key (id, public_key, wrapped_key, created_at)
    VALUES (1, ${publicKey}, ${wrappedKey}, ${at})
    ON CONFLICT (id) DO UPDATE SET wrapped_key = excluded.wrapped_key`
}

function tilesIn(rows: TileRow[]): Tiles {
  return new Map(
    rows.flatMap(({ level, tile, hashes }) =>
      level === null ? [] : [[`${level}/${tile}`, readTile(hashes)] as const],
    ),
  )
}

function toSalted({ salt, ...row }: SaltedRow) {
  return { event: toEvent(row), salt }
}
