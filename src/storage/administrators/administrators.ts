import { type SQL, sql } from '../sql.ts'
import type {
  Administrator,
  AdministratorAccess,
  Administrators,
} from '../../domain/administrator.ts'
import type { Database } from '../database.ts'
import { columns, type StoredRow } from '../statements.ts'

export const OWN = [
  'id',
  'administratorId',
  'email',
  'access',
  'createdAt',
  'updatedAt',
  'version',
] as const

export type AdministratorRow = StoredRow<'administrators', (typeof OWN)[number]>

export function d1Administrators(db: Database): Administrators {
  const select = (condition: SQL) =>
    db.rows<AdministratorRow>(sql`
      SELECT ${columns<'administrators'>('a', OWN)}
      FROM portcullis_administrators a WHERE ${condition}`)
  return {
    async find(administratorId) {
      const [row] = await select(sql`administrator_id = ${administratorId}`)
      return row ? toAdministrator(row) : null
    },

    async findByEmail(email) {
      const [row] = await select(sql`email = ${email}`)
      return row ? toAdministrator(row) : null
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

/** An address that has a row was let in, possibly by hand. */
function neverConfiguredSql(emails: string[]): SQL {
  return sql`SELECT value AS email FROM json_each(${JSON.stringify(emails)})
    WHERE value NOT IN (SELECT email FROM portcullis_configured_administrators)
      AND value NOT IN (SELECT email FROM portcullis_administrators)`
}

export function toAdministrator({ id: _id, access, ...row }: AdministratorRow): Administrator {
  return { ...row, access: access as AdministratorAccess }
}
