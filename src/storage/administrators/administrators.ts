import { type SQL, sql } from '../sql.ts'
import type {
  Administrator,
  AdministratorAccess,
  Administrators,
} from '../../domain/administrator.ts'
import type { Database } from '../database.ts'
import { pageOf } from '../page.ts'

type AdministratorRow = {
  id: number
  administrator_id: string
  email: string
  access: string
  created_at: number
  updated_at: number
  version: number
}

export function d1Administrators(db: Database): Administrators {
  const select = (condition: SQL) =>
    db.rows<AdministratorRow>(sql`
      SELECT id, administrator_id, email, access, created_at, updated_at, version
      FROM portcullis_administrators WHERE ${condition}`)
  return {
    async find(administratorId) {
      const [row] = await select(sql`administrator_id = ${administratorId}`)
      return row ? toAdministrator(row) : null
    },

    async findByEmail(email) {
      const [row] = await select(sql`email = ${email}`)
      return row ? toAdministrator(row) : null
    },

    async list(limit, after) {
      const from = after ? sql`(email, id) > (${after[0]}, ${after[1]})` : sql`true`
      const rows = await select(sql`${from} ORDER BY email, id LIMIT ${limit + 1}`)
      return pageOf(rows, limit, toAdministrator, (row) => [row.email, row.id])
    },

    async managers(limit) {
      const rows = await select(sql`access = 'manage' ORDER BY id LIMIT ${limit}`)
      return rows.map(toAdministrator)
    },

    async neverConfigured(emails) {
      const rows = await db.rows<{ email: string }>(neverConfiguredSql(emails))
      return rows.map((row) => row.email)
    },
  }
}

/** Whoever has a row was let in, by hand perhaps. */
function neverConfiguredSql(emails: string[]): SQL {
  return sql`SELECT value AS email FROM json_each(${JSON.stringify(emails)})
    WHERE value NOT IN (SELECT email FROM portcullis_configured_administrators)
      AND value NOT IN (SELECT email FROM portcullis_administrators)`
}

function toAdministrator(row: AdministratorRow): Administrator {
  return {
    administratorId: row.administrator_id,
    email: row.email,
    access: row.access as AdministratorAccess,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    version: row.version,
  }
}
