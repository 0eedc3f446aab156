import type { Administrator } from '../../domain/administrator.ts'
import type { Write } from '../../domain/ledger.ts'
import type { Member } from '../../domain/member.ts'
import type { FoundSession, Session, Sessions } from '../../domain/session.ts'
import type { Seconds } from '../../domain/time.ts'
import type { Database, Statement } from '../database.ts'
import { sql } from '../sql.ts'
import { insertInto, update } from '../statements.ts'

/** All columns of the administrator are null, or none is. */
type Row = Session & {
  [K in Exclude<
    keyof Administrator,
    'administratorId'
  > as `their${Capitalize<K>}`]: Administrator[K]
} & { theirAdministratorId: string | null; member: string | null }

export function d1Sessions(db: Database): Sessions {
  return {
    async find(sessionId) {
      const [row] = await db.rows<Row>(sql`SELECT s.session_id AS sessionId,
          s.administrator_id AS administratorId, s.created_at AS createdAt,
          s.expires_at AS expiresAt, s.ended_at AS endedAt,
          a.administrator_id AS theirAdministratorId, a.email AS theirEmail, a.access AS theirAccess,
          a.created_at AS theirCreatedAt, a.updated_at AS theirUpdatedAt, a.version AS theirVersion, ${memberSql} AS member
        FROM portcullis_sessions s
        LEFT JOIN portcullis_administrators a ON a.administrator_id = s.administrator_id
        WHERE s.session_id = ${sessionId}`)
      return row ? toFound(row) : null
    },
  }
}

/** One who is in the list by now is let in by that alone. */
const memberSql = sql`(SELECT json_object('administratorId', m.administrator_id, 'email', m.email,
    'access', m.access, 'createdAt', m.created_at, 'updatedAt', m.updated_at, 'version', m.version,
    'issuer', m.issuer, 'subject', m.subject, 'blockedAt', m.blocked_at)
  FROM portcullis_members m WHERE m.administrator_id = s.administrator_id
    AND m.email NOT IN (SELECT email FROM portcullis_administrators WHERE email = m.email))`

function toFound(row: Row): FoundSession {
  const { sessionId, administratorId, createdAt, expiresAt, endedAt } = row
  const session = { sessionId, administratorId, createdAt, expiresAt, endedAt }
  const member = row.member === null ? null : (JSON.parse(row.member) as Member)
  return { session, administrator: toAdministrator(row), member }
}

function toAdministrator(row: Row): Administrator | null {
  if (row.theirAdministratorId === null) return null
  return {
    administratorId: row.theirAdministratorId,
    email: row.theirEmail,
    access: row.theirAccess,
    createdAt: row.theirCreatedAt,
    updatedAt: row.theirUpdatedAt,
    version: row.theirVersion,
  }
}

/** Each sign-in deletes some expired sessions, whose cookies no longer open anything. */
const SWEPT = 100

export function sessionStatements(
  { before, after }: Write & { kind: 'session' },
  at: Seconds,
): Statement[] {
  if (!before) return [insertInto('sessions', after), sweepSql(at)]
  return [update('sessions', { sessionId: before.sessionId }, { endedAt: after.endedAt })]
}

function sweepSql(at: Seconds): Statement {
  return sql`DELETE FROM portcullis_sessions WHERE session_id IN (
    SELECT session_id FROM portcullis_sessions WHERE expires_at <= ${at} LIMIT ${SWEPT})`
}

export function endSessionsSql(at: Seconds): Statement {
  return sql`UPDATE portcullis_sessions SET ended_at = ${at}
    WHERE ended_at IS NULL AND expires_at > ${at}`
}
