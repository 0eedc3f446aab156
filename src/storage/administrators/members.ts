import type { Administrator, AdministratorAccess } from '../../domain/administrator.ts'
import type { Write } from '../../domain/ledger.ts'
import type { Member, Members } from '../../domain/member.ts'
import type { PagePosition } from '../../domain/page.ts'
import type { Database, Statement } from '../database.ts'
import { pageOf } from '../page.ts'
import { type SQL, sql } from '../sql.ts'
import { columns, deleteFrom, insertInto, type StoredRow, update } from '../statements.ts'
import { OWN, toAdministrator } from './administrators.ts'

const MEMBER_COLUMNS = [
  'id',
  'administratorId',
  'email',
  'access',
  'createdAt',
  'updatedAt',
  'version',
  'issuer',
  'subject',
  'blockedAt',
] as const

type MemberRow = StoredRow<'members', (typeof MEMBER_COLUMNS)[number]>

export function d1Members(db: Database): Members {
  const select = async (condition: SQL) => {
    const rows = await db.rows<MemberRow>(sql`
      SELECT ${columns<'members'>('m', MEMBER_COLUMNS)} FROM portcullis_members m WHERE ${condition}`)
    return rows.map(toMember)
  }
  return {
    async list(limit, after) {
      const rows = await db.rows<ListRow>(listSql(limit, after))
      return pageOf(rows, limit, toListed, (row) => [row.email, row.id])
    },

    async find(administratorId) {
      return (await select(sql`administrator_id = ${administratorId}`))[0] ?? null
    },

    findByEmail: (email) => select(sql`email = ${email}`),

    like: ({ email, issuer, subject }) =>
      select(sql`email = ${email} OR (issuer = ${issuer} AND subject = ${subject})`),
  }
}

type ListRow = MemberRow & { isMember: 0 | 1 }

/** No address is in both parts, so that address and row number are one order of all. */
function listSql(limit: number, after: PagePosition | null): SQL {
  const from = after ? sql`(email, id) > (${after[0]}, ${after[1]})` : sql`true`
  return sql`SELECT ${columns<'administrators'>('a', OWN)}, '' AS issuer, NULL AS subject,
      NULL AS blockedAt, 0 AS isMember
    FROM portcullis_administrators a WHERE ${from}
    UNION ALL SELECT ${columns<'members'>('m', MEMBER_COLUMNS)}, 1
    FROM portcullis_members m WHERE ${from}
      AND NOT EXISTS (SELECT 1 FROM portcullis_administrators a WHERE a.email = m.email)
    ORDER BY email, id LIMIT ${limit + 1}`
}

function toListed({ isMember, ...row }: ListRow): Administrator | Member {
  if (isMember) return toMember(row)
  const { issuer: _issuer, subject: _subject, blockedAt: _blockedAt, ...own } = row
  return toAdministrator(own)
}

function toMember({ id: _id, access, ...row }: MemberRow): Member {
  return { ...row, access: access as AdministratorAccess }
}

export function memberStatements({ before, after }: Write & { kind: 'member' }): Statement[] {
  if (!after) return [deleteFrom('members', { administratorId: before.administratorId })]
  if (!before) return [insertInto('members', after)]
  const { administratorId, createdAt: _createdAt, ...changes } = after
  return [update('members', { administratorId }, changes)]
}
