import type { Recipient, Reminders } from '../../domain/reminders.ts'
import type { Reminder, ReminderRules } from '../../domain/reminder.ts'
import { EXPIRED_FOR } from '../../domain/reminder-days.ts'
import { DAY, type Seconds } from '../../domain/time.ts'
import type { Database, Statement } from '../database.ts'
import { CLAIM, type ClaimRow, claimSql, dropUntrueSql, toClaimed } from './claim-sql.ts'
import { planStatements } from './plan-sql.ts'
import { CREDENTIAL, stillHoldsSql } from './reminder-sql.ts'
import { sql } from '../sql.ts'

/** Longer than the longest wait for another attempt. */
const PUT_OFF_MAX: Seconds = DAY

/** Longer than anything is said of a credential that has ended. */
const KEPT: Seconds = EXPIRED_FOR + DAY

export function d1Reminders(db: Database, rules: ReminderRules): Reminders {
  const { recipients: configured } = rules
  return {
    async plan(now, limit) {
      await db.batch(planStatements(now, rules, limit))
    },

    async recipients(now, limit) {
      type Row = { email: string; administratorId: string | null }
      const rows = await db.rows<Row>(recipientsSql(now, limit))
      return rows.map(({ email, administratorId }): Recipient => {
        const isContact = administratorId === null && !configured.includes(email)
        return { email, administratorId, isContact }
      })
    },

    async claim(email, claim, now, limit) {
      const [, rows] = await db.batch([
        dropUntrueSql(email, now, limit, configured),
        claimSql(email, claim, now, limit),
      ])
      return rows?.length ? toClaimed(rows as ClaimRow[]) : null
    },

    async handOver(claim, now, repeatable) {
      const [, rows] = await db.batch([
        sql`UPDATE portcullis_reminders AS r SET sending_at = ${now},
          due_at = ${repeatable ? now + CLAIM : null}
          WHERE r.claimed_by = ${claim} AND ${stillHoldsSql(now, configured)}`,
        sql`SELECT c.client_id AS clientId, c.name AS clientName, c.description, s.kind,
            s.secret_id AS credentialId, iif(s.kind = 'secret', s.hint, s.label) AS hint,
            s.created_at AS createdAt, s.expires_at AS expiresAt, s.last_used_at AS lastUsedAt, r.days
          FROM portcullis_reminders r
          JOIN portcullis_secrets s ON s.secret_id = ${CREDENTIAL}
          JOIN portcullis_clients c ON c.client_id = s.client_id
          WHERE r.claimed_by = ${claim} AND r.sending_at = ${now} ORDER BY s.expires_at, c.name`,
      ])
      return rows as Reminder[]
    },

    async failed(claim, { detail, now, dueAt, keepsMessage }) {
      const kept = keepsMessage ? sql`` : sql`message_id = NULL, sending_at = NULL,`
      await db.rows(sql`UPDATE portcullis_reminders SET ${kept} claimed_by = NULL,
        due_at = ${dueAt}, last_error = ${detail}, failing_since = coalesce(failing_since, ${now})
        WHERE claimed_by = ${claim} AND sent_at IS NULL`)
    },

    async isSent(claim) {
      const rows = await db.rows(sql`SELECT 1 FROM portcullis_reminders
        WHERE claimed_by = ${claim} AND sent_at IS NOT NULL LIMIT 1`)
      return rows.length > 0
    },

    async doubted(claim, detail) {
      await db.rows(sql`UPDATE portcullis_reminders SET last_error = ${detail}
        WHERE claimed_by = ${claim} AND sent_at IS NULL`)
    },

    async bringForward(now) {
      await db.rows(sql`UPDATE portcullis_reminders SET due_at = ${now}
        WHERE due_at > ${now + PUT_OFF_MAX}`)
    },

    async forget(now, limit) {
      const rows = await db.rows(sql`DELETE FROM portcullis_reminders WHERE rowid IN (
        SELECT rowid FROM portcullis_reminders WHERE expires_at < ${now - KEPT} LIMIT ${limit})
        RETURNING secret_id`)
      return rows.length
    },
  }
}

/**
 * Everybody with a reminder that is due. SQLite steps from one address to the next, however many
 * reminders each of them waits for.
 */
function recipientsSql(now: Seconds, limit: number): Statement {
  return sql`WITH RECURSIVE waiting(email) AS (
      SELECT min(email) FROM portcullis_reminders INDEXED BY portcullis_reminders_due
      WHERE due_at IS NOT NULL
      UNION ALL SELECT (
        SELECT min(n.email) FROM portcullis_reminders n INDEXED BY portcullis_reminders_due
        WHERE n.due_at IS NOT NULL AND n.email > waiting.email)
      FROM waiting WHERE waiting.email IS NOT NULL)
    SELECT w.email, a.administrator_id AS administratorId, (
        SELECT min(r.due_at) FROM portcullis_reminders r INDEXED BY portcullis_reminders_due
        WHERE r.email = w.email AND r.due_at <= ${now}) AS since
    FROM waiting w
    LEFT JOIN portcullis_administrators a ON a.email = w.email AND a.access = 'manage'
    WHERE w.email IS NOT NULL AND since IS NOT NULL ORDER BY since, w.email LIMIT ${limit}`
}
