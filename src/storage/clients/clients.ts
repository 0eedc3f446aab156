import { ASSERTION_SKEW } from '../../domain/assertion.ts'
import type { Clients } from '../../domain/clients.ts'
import type { PagePosition } from '../../domain/page.ts'
import type { ClientStatus } from '../../domain/status.ts'
import { CLOCK_SKEW } from '../../domain/time.ts'
import { countsSql } from './client-counts-sql.ts'
import { type ListQuery, pageSql } from './client-list-sql.ts'
import { CLIENT_COLUMNS, type ClientRow, toClient } from './client-rows.ts'
import { isSearch, searchClients } from './client-search.ts'
import { type Database, oneRow } from '../database.ts'
import { pageOf } from '../page.ts'
import { settleSql } from './status-sql.ts'
import { rawSql, type SQL, sql } from '../sql.ts'

/** Reads clients whole; `settle` refreshes their list columns. */
export function d1Clients(db: Database, issuer: string): Clients {
  return {
    async find(clientId) {
      const rows = await db.rows<ClientRow>(
        sql`SELECT ${CLIENT_COLUMNS} FROM portcullis_clients c WHERE c.client_id = ${clientId}`,
      )
      return rows[0] ? toClient(rows[0], issuer) : null
    },

    async findMany(clientIds) {
      const rows = await db.rows<ClientRow>(sql`SELECT ${CLIENT_COLUMNS}
        FROM json_each(${JSON.stringify(clientIds)}) j
        CROSS JOIN portcullis_clients c ON c.client_id = j.value`)
      return rows.map((row) => toClient(row, issuer))
    },

    async deletedAmong(clientIds) {
      const rows = await db.rows<{ clientId: string }>(sql`SELECT d.client_id AS clientId
        FROM json_each(${JSON.stringify(clientIds)}) j
        CROSS JOIN portcullis_deleted_clients d ON d.client_id = j.value`)
      return rows.map(({ clientId }) => clientId)
    },

    async list(query, now) {
      const read = <Row>(page: SQL) =>
        db.rows<Row>(sql`WITH page AS (${page})
          SELECT ${CLIENT_COLUMNS}, page.* FROM page CROSS JOIN portcullis_clients c ON c.id = page.id
          ORDER BY ${byKey(query)}`)
      const { rows, end }: Listed = isSearch(query)
        ? await searchClients(db, issuer, query, now, read<ListedRow & { is_end: number }>)
        : { rows: await read<ListedRow>(pageSql(query, now)), end: null }
      const positionOf = (row: ListedRow): PagePosition => [row.k, row.id]
      const page = pageOf(rows, query.limit, (row) => toClient(row, issuer), positionOf)
      return page.next === null && end ? { ...page, next: positionOf(end) } : page
    },

    async counts(now) {
      const rows = await db.rows<{ status: ClientStatus; n: number }>(countsSql(now))
      const none = { suspended: 0, expired: 0, needs_attention: 0, available: 0 }
      return { ...none, ...Object.fromEntries(rows.map(({ status, n }) => [status, n])) }
    },

    async revokedTokens(clientId, now) {
      const { n } = await oneRow<{ n: number }>(
        db,
        sql`SELECT count(*) AS n
        FROM portcullis_revoked_tokens WHERE client_id = ${clientId} AND expires_at > ${now}`,
      )
      return n
    },

    async forgetExpiredTokens(now, limit) {
      const rows = await db.rows(sql`DELETE FROM portcullis_revoked_tokens WHERE jti IN (
        SELECT jti FROM portcullis_revoked_tokens WHERE expires_at <= ${now - CLOCK_SKEW}
        LIMIT ${limit}) RETURNING jti`)
      return rows.length
    },

    async forgetUsedAssertions(now, limit) {
      await db.rows(sql`DELETE FROM portcullis_used_assertions WHERE assertion_id IN (
        SELECT assertion_id FROM portcullis_used_assertions
        WHERE expires_at <= ${now - CLOCK_SKEW - ASSERTION_SKEW} LIMIT ${limit})`)
    },

    async replacing(limit) {
      const rows = await db.rows<{ clientId: string }>(sql`SELECT DISTINCT client_id AS clientId
        FROM portcullis_secrets INDEXED BY portcullis_secrets_replacing
        WHERE retire_others_in IS NOT NULL AND last_used_at >= 0 LIMIT ${limit}`)
      return rows.map(({ clientId }) => clientId)
    },

    async settle(now, limit) {
      const due = sql`SELECT id FROM portcullis_clients WHERE listed_until <= ${now} LIMIT ${limit}`
      const rows = await db.rows(sql`${settleSql(now, sql`c.id IN (${due})`)} RETURNING id`)
      return rows.length
    },
  }
}

type ListedRow = ClientRow & { k: string | number }
type Listed = { rows: ListedRow[]; end: ListedRow | null }

function byKey(query: ListQuery): SQL {
  return rawSql(query.sort === '-created_at' ? 'page.k DESC, page.id DESC' : 'page.k, page.id')
}
