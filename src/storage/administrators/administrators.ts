import { type SQL, sql } from '../sql.ts'
import type {
  Administrator,
  AdministratorAccess,
  Administrators,
} from '../../domain/administrator.ts'
import type { Database } from '../database.ts'
import type { PagePosition } from '../../domain/page.ts'
import type { Member } from '../../domain/member.ts'
import { MEMBER_COLUMNS, type MemberRow, toMember } from './members.ts'
import { pageOf } from '../page.ts'
import { columns, type StoredRow } from '../statements.ts'

const OWN = [
  'id',
  'administratorId',
  'email',
  'access',
  'createdAt',
  'updatedAt',
  'version',
] as const

type AdministratorRow = StoredRow<'administrators', (typeof OWN)[number]>

export function d1Administrators(db: Database): Administrators {
  const select = (condition: SQL) =>
    db.rows<AdministratorRow>(sql`
      SELECT ${columns('administrators', 'a', OWN)}
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

    async list(limit, after) {
      const rows = await db.rows<ListRow>(listSql(limit, after))
      return pageOf(rows, limit, toListed, (row) => [row.email, row.id])
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

type ListRow = MemberRow & { isMember: 0 | 1 }

/** No address is in both parts, so that address and row number are one order of all. */
function listSql(limit: number, after: PagePosition | null): SQL {
  const from = after ? sql`(email, id) > (${after[0]}, ${after[1]})` : sql`true`
  return sql`SELECT ${columns('administrators', 'a', OWN)}, '' AS issuer, NULL AS subject,
      NULL AS blockedAt, 0 AS isMember
    FROM portcullis_administrators a WHERE ${from}
    UNION ALL SELECT ${columns('members', 'm', MEMBER_COLUMNS)}, 1
    FROM portcullis_members m WHERE ${from}
      AND NOT EXISTS (SELECT 1 FROM portcullis_administrators a WHERE a.email = m.email)
    ORDER BY email, id LIMIT ${limit + 1}`
}

function toListed({ isMember, ...row }: ListRow): Administrator | Member {
  if (isMember) return toMember(row)
  const { issuer: _issuer, subject: _subject, blockedAt: _blockedAt, ...own } = row
  return toAdministrator(own)
}

/** An address that has a row was let in, possibly by hand. */
function neverConfiguredSql(emails: string[]): SQL {
  return sql`SELECT value AS email FROM json_each(${JSON.stringify(emails)})
    WHERE value NOT IN (SELECT email FROM portcullis_configured_administrators)
      AND value NOT IN (SELECT email FROM portcullis_administrators)`
}

function toAdministrator({ id: _id, access, ...row }: AdministratorRow): Administrator {
  return { ...row, access: access as AdministratorAccess }
}
