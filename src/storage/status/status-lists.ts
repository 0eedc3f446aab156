import {
  BLOCKS,
  type ListedClient,
  OPEN_ANOTHER_AT,
  RETIRED_LIST_KEPT,
  type StatusLists,
} from '../../domain/status-list.ts'
import { DATABASE_RESTORED, SHUT } from '../../domain/database-restore.ts'
import type { Database } from '../database.ts'
import { sql } from '../sql.ts'

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

    async clientsOf(listId, now) {
      type Row = { block: number | null; suspended: number; revoked: string; shut: number }
      const rows = await db.rows<Row>(sql`SELECT c.status_block AS block,
          c.suspended_at IS NOT NULL AS suspended,
          (SELECT json_group_array(r.jti) FROM portcullis_revoked_tokens r
           WHERE r.client_id = c.client_id AND r.expires_at > ${now}) AS revoked, ${SHUT_NOW} AS shut
        FROM portcullis_status_lists l
        LEFT JOIN portcullis_clients c ON c.status_list = l.list_id
        WHERE l.list_id = ${listId}`)
      if (rows.length === 0) return undefined
      if (rows.some(({ shut }) => shut === 1)) return null
      return rows.flatMap(toListed)
    },

    async open(newId) {
      await db.rows(openSql(newId))
    },

    async place(position, rows) {
      const end = position + rows
      // A trigger gives the places, as it does with every new client and generation.
      const [, found] = await db.batch([
        sql`UPDATE portcullis_clients SET status_since = NULL
          WHERE id > ${position} AND id <= ${end} AND status_list IS NULL`,
        sql`SELECT max(id) AS last FROM portcullis_clients`,
      ])
      const [{ last } = { last: null }] = found as { last: number | null }[]
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

/** Opens a list, unless one has many places left. */
function openSql(newId: string) {
  return sql`INSERT INTO portcullis_status_lists (list_id, multiplier, shift, opened_at)
    SELECT ${newId}, abs(random() % ${BLOCKS}) * 8 + 5, abs(random() % ${BLOCKS}), unixepoch()
    WHERE NOT EXISTS (SELECT 1 FROM portcullis_status_lists INDEXED BY portcullis_status_lists_open
      WHERE closed_at IS NULL AND given < 4096 AND given < ${OPEN_ANOTHER_AT})`
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
