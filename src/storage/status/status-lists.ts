import {
  BLOCKS,
  type ListedClient,
  OPEN_ANOTHER_AT,
  PLACED_A_RUN,
  RETIRED_LIST_KEPT,
  type StatusPlace,
  type StatusLists,
} from '../../domain/status-list.ts'
import { DATABASE_RESTORED, SHUT } from '../../domain/database-restore.ts'
import type { Database } from '../database.ts'
import { type SQL, sql } from '../sql.ts'

const SHUT_NOW = sql`EXISTS (SELECT 1 FROM portcullis_chores
  WHERE name = ${DATABASE_RESTORED} AND position = ${JSON.stringify(SHUT)})`

export function d1StatusLists(db: Database): StatusLists {
  return {
    async ids() {
      type Row = { listId: string | null; shut: number }
      const rows = await db.rows<Row>(sql`SELECT l.list_id AS listId, ${SHUT_NOW} AS shut
        FROM (SELECT 1) LEFT JOIN portcullis_status_lists l ORDER BY l.id`)
      if (rows.some(({ shut }) => shut === 1)) return null
      return rows.flatMap(({ listId }) => listId ?? [])
    },

    async clientsOf(listId) {
      type Row = { block: number | null; suspended: number; revoked: string; shut: number }
      const rows = await db.rows<Row>(sql`SELECT c.status_block AS block,
          c.suspended_at IS NOT NULL AS suspended,
          (SELECT json_group_array(r.jti) FROM portcullis_revoked_tokens r
           WHERE r.client_id = c.client_id) AS revoked, ${SHUT_NOW} AS shut
        FROM portcullis_status_lists l
        LEFT JOIN portcullis_clients c ON c.status_list = l.list_id
        WHERE l.list_id = ${listId}`)
      if (rows.length === 0) return undefined
      if (rows.some(({ shut }) => shut === 1)) return null
      return rows.flatMap(toListed)
    },

    async placeOf(clientId) {
      const [place] = await db.rows<StatusPlace>(
        sql`SELECT status_list AS listId, status_block AS block FROM portcullis_clients
          WHERE client_id = ${clientId} AND status_list IS NOT NULL`,
      )
      return place ?? null
    },

    async open(newId) {
      const [opened] = await db.rows<{ full: number }>(openSql(newId))
      return opened?.full === 1
    },

    async placeNewest(newId) {
      await db.batch(placeSql(sql`(${LAST_CLIENT}) - ${PLACED_A_RUN}`, newId))
    },

    async place(position, newId) {
      const [, , found] = await db.batch([...placeSql(position, newId), LAST_CLIENT])
      const [{ last } = { last: null }] = found as { last: number | null }[]
      const end = position + PLACED_A_RUN
      return last !== null && last > end ? end : null
    },

    async close(since) {
      await db.batch([
        sql`UPDATE portcullis_clients SET status_list = NULL, status_block = NULL
          WHERE status_list IN (SELECT list_id FROM portcullis_status_lists WHERE closed_at IS NULL)
          AND status_since >= ${since}`,
        sql`UPDATE portcullis_status_lists SET closed_at = unixepoch() WHERE closed_at IS NULL`,
      ])
    },

    async forget(now) {
      await db.batch([
        sql`UPDATE portcullis_status_lists AS l SET retired_at = ${now}
          WHERE retired_at IS NULL AND (closed_at IS NOT NULL OR given >= ${BLOCKS})
          AND NOT EXISTS (SELECT 1 FROM portcullis_clients c WHERE c.status_list = l.list_id)`,
        sql`DELETE FROM portcullis_status_lists WHERE retired_at < ${now - RETIRED_LIST_KEPT}`,
      ])
    },
  }
}

const LAST_CLIENT = sql`SELECT max(id) AS last FROM portcullis_clients`

/**
 * A list of their own for those without a place of a range of clients. Giving them leaves no event
 * behind, so that a restore which takes it back can go unnoticed: a list of which the database then
 * knows nothing gives no place a second time.
 */
function placeSql(position: number | SQL, newId: string): SQL[] {
  const without = sql`c.id > ${position} AND c.id <= ${position} + ${PLACED_A_RUN}
    AND c.status_list IS NULL`
  return [
    sql`INSERT INTO portcullis_status_lists (list_id, multiplier, shift, given, opened_at, closed_at)
      SELECT ${newId}, abs(random() % ${BLOCKS}) * 8 + 5, abs(random() % ${BLOCKS}), ${BLOCKS},
        unixepoch(), unixepoch()
      WHERE EXISTS (SELECT 1 FROM portcullis_clients c WHERE ${without})`,
    // In a shuffled order, as the triggers give places.
    sql`UPDATE portcullis_clients AS c SET status_list = l.list_id, status_since = unixepoch(),
        status_block = (c.id * l.multiplier + l.shift) % ${BLOCKS}
      FROM portcullis_status_lists l WHERE l.list_id = ${newId} AND ${without}`,
  ]
}

/** Opens a list, unless one has many places left, and says whether any had one. */
function openSql(newId: string) {
  return sql`INSERT INTO portcullis_status_lists (list_id, multiplier, shift, opened_at)
    SELECT ${newId}, abs(random() % ${BLOCKS}) * 8 + 5, abs(random() % ${BLOCKS}), unixepoch()
    WHERE NOT EXISTS (SELECT 1 FROM portcullis_status_lists INDEXED BY portcullis_status_lists_open
      WHERE closed_at IS NULL AND given < 4096 AND given < ${OPEN_ANOTHER_AT})
    RETURNING NOT EXISTS (SELECT 1 FROM portcullis_status_lists INDEXED BY portcullis_status_lists_open
      WHERE closed_at IS NULL AND given < 4096 AND list_id <> ${newId}) AS full`
}

function toListed(row: {
  block: number | null
  suspended: number
  revoked: string
}): ListedClient[] {
  if (row.block === null) return []
  const revoked = JSON.parse(row.revoked) as string[]
  return [{ block: row.block, suspended: row.suspended === 1, revoked }]
}
