import type { AdministratorAccess } from '../../domain/administrator.ts'
import type { Write } from '../../domain/ledger.ts'
import type { Member, Members } from '../../domain/member.ts'
import type { Database, Statement } from '../database.ts'
import { type SQL, sql } from '../sql.ts'
import { columns, deleteFrom, insertInto, type StoredRow, update } from '../statements.ts'

export const MEMBER_COLUMNS = [
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

export type MemberRow = StoredRow<'members', (typeof MEMBER_COLUMNS)[number]>

export function d1Members(db: Database): Members {
  const select = async (condition: SQL) => {
    const rows = await db.rows<MemberRow>(sql`
      SELECT ${columns('members', 'm', MEMBER_COLUMNS)} FROM portcullis_members m WHERE ${condition}`)
    return rows.map(toMember)
  }
  return {
    async find(administratorId) {
      return (await select(sql`administrator_id = ${administratorId}`))[0] ?? null
    },

    findByEmail: (email) => select(sql`email = ${email}`),

    like: ({ email, issuer, subject }) =>
      select(sql`email = ${email} OR (issuer = ${issuer} AND subject = ${subject})`),
  }
}

export function toMember({ id: _id, access, ...row }: MemberRow): Member {
  return { ...row, access: access as AdministratorAccess }
}

export function memberStatements({ before, after }: Write & { kind: 'member' }): Statement[] {
  if (!after) {
    return before ? [deleteFrom('members', { administratorId: before.administratorId })] : []
  }
  if (!before) return [insertInto('members', after)]
  const { administratorId, createdAt: _createdAt, ...changes } = after
  return [update('members', { administratorId }, changes)]
}
