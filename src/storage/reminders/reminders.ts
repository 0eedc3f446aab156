import type { ClaimedReminders, Reminders } from '../../domain/reminders.ts'
import type { Reminder } from '../../domain/reminder.ts'
import { CLOCK_SKEW, DAY, MINUTE, type Seconds } from '../../domain/time.ts'
import type { Database, Statement } from '../database.ts'
import { isToRemindOfSql, stillHoldsSql } from './reminder-sql.ts'
import { type SQL, sql } from '../sql.ts'

/** Longer than the longest wait for another attempt. */
const PUT_OFF_MAX: Seconds = DAY

/** The longest time that a killed run holds up its reminders. */
const CLAIM: Seconds = CLOCK_SKEW + 5 * MINUTE

export function d1Reminders(db: Database): Reminders {
  return {
    async plan(now, lead, limit) {
      const soon = sql`SELECT id FROM portcullis_secrets WHERE reminders_planned = 0
        AND expires_at > ${now} AND expires_at <= ${now + lead} ORDER BY expires_at LIMIT ${limit}`
      await db.batch([
        sql`INSERT INTO portcullis_reminders (secret_id, email, expires_at, due_at)
          SELECT s.secret_id, a.email, s.expires_at, ${now}
          FROM portcullis_secrets s JOIN portcullis_clients c ON c.client_id = s.client_id
          JOIN portcullis_administrators a ON a.access = 'manage'
          WHERE s.id IN (${soon}) AND ${isToRemindOfSql(now)} ON CONFLICT DO NOTHING`,
        sql`UPDATE portcullis_secrets SET reminders_planned = 1 WHERE id IN (${soon})`,
        ...catchUpStatements(now, limit),
      ])
    },

    async recipients(now, limit) {
      type Row = { email: string; administratorId: string }
      const rows = await db.rows<Row>(sql`SELECT a.email, a.administrator_id AS administratorId, (
          SELECT min(r.due_at) FROM portcullis_reminders r
          WHERE r.email = a.email AND r.due_at <= ${now}) AS since
        FROM portcullis_administrators a WHERE a.access = 'manage' AND since IS NOT NULL
        ORDER BY since, a.email LIMIT ${limit}`)
      return rows.map(({ email, administratorId }) => ({ email, administratorId }))
    },

    async claim(email, claim, now, limit) {
      const [, rows] = await db.batch([
        dropUntrueSql(email, now, limit),
        claimSql(email, claim, now, limit),
      ])
      return rows?.length ? toClaimed(rows as ClaimRow[]) : null
    },

    async handOver(claim, now, repeatable) {
      const [, rows] = await db.batch([
        sql`UPDATE portcullis_reminders AS r SET sending_at = ${now},
          due_at = ${repeatable ? now + CLAIM : null}
          WHERE r.claimed_by = ${claim} AND ${stillHoldsSql(now)}`,
        sql`SELECT c.client_id AS clientId, c.name AS clientName, s.kind, s.secret_id AS credentialId, iif(s.kind = 'secret', s.hint, s.label) AS hint,
            s.expires_at AS expiresAt, s.last_used_at AS lastUsedAt
          FROM portcullis_reminders r
          JOIN portcullis_secrets s ON s.secret_id = r.secret_id
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
        SELECT rowid FROM portcullis_reminders WHERE expires_at < ${now - DAY} LIMIT ${limit})
        RETURNING secret_id`)
      return rows.length
    },
  }
}

/**
 * The next portion of secrets that were planned before an administrator existed; one administrator
 * at a time.
 */
function catchUpStatements(now: Seconds, limit: number): Statement[] {
  const who = sql`(SELECT id FROM portcullis_administrators
    WHERE access = 'manage' AND catch_up_expiry IS NOT NULL ORDER BY id LIMIT 1)`
  // Many secrets end in the same second: those of the cursor's second come first, in a query of
  // their own, so that the index is entered at the cursor.
  const planned = (where: SQL) => sql`SELECT * FROM (SELECT s.id, s.expires_at
    FROM portcullis_administrators a
    CROSS JOIN portcullis_secrets s INDEXED BY portcullis_secrets_by_expiry
    WHERE a.id = ${who} AND s.reminders_planned = 1 AND ${where}
    ORDER BY s.expires_at, s.id LIMIT ${limit})`
  const portion = sql`SELECT id FROM (
    ${planned(sql`s.expires_at = a.catch_up_expiry AND s.id > a.catch_up_id`)}
    UNION ALL ${planned(sql`s.expires_at > a.catch_up_expiry`)}
    ORDER BY expires_at, id LIMIT ${limit})`
  return [
    sql`INSERT INTO portcullis_reminders (secret_id, email, expires_at, due_at)
      SELECT s.secret_id, a.email, s.expires_at, ${now}
      FROM portcullis_administrators a CROSS JOIN portcullis_secrets s
      JOIN portcullis_clients c ON c.client_id = s.client_id
      WHERE a.id = ${who} AND s.id IN (${portion}) AND ${isToRemindOfSql(now)}
      ON CONFLICT DO NOTHING`,
    sql`UPDATE portcullis_administrators SET (catch_up_expiry, catch_up_id) = (
      SELECT expires_at, id FROM portcullis_secrets WHERE id IN (${portion})
      ORDER BY expires_at DESC, id DESC LIMIT 1) WHERE id = ${who}`,
  ]
}

/** The reminders due for one recipient, longest-waiting first. */
const dueOf = (email: string, now: Seconds, more = sql`true`) =>
  sql`email = ${email} AND due_at <= ${now} AND ${more} ORDER BY due_at, rowid`

/** The message with which a reminder was handed over before, otherwise `other`. */
const messageOr = (other: string) =>
  sql`CASE WHEN sending_at IS NOT NULL THEN message_id ELSE ${other} END`

/** Deletes planned reminders that no longer hold; they are planned again if they hold again. */
function dropUntrueSql(email: string, now: Seconds, limit: number) {
  return sql`DELETE FROM portcullis_reminders AS r WHERE r.rowid IN (
      SELECT rowid FROM portcullis_reminders WHERE ${dueOf(email, now)} LIMIT ${limit})
    AND r.sending_at IS NULL AND NOT ${stillHoldsSql(now)}`
}

/**
 * Claims one message: reminders that were handed over before go again as they were, separate from
 * new ones.
 */
function claimSql(email: string, claim: string, now: Seconds, limit: number) {
  const first = sql`SELECT ${messageOr('')} FROM portcullis_reminders
    WHERE ${dueOf(email, now)} LIMIT 1`
  return sql`UPDATE portcullis_reminders SET claimed_by = ${claim}, due_at = ${now + CLAIM},
    attempts = attempts + 1, message_id = ${messageOr(claim)}
    WHERE rowid IN (SELECT rowid FROM portcullis_reminders
      WHERE ${dueOf(email, now, sql`${messageOr('')} = (${first})`)} LIMIT ${limit})
    RETURNING message_id AS messageId, attempts, failing_since AS failingSince`
}

type ClaimRow = {
  messageId: string
  attempts: number
  failingSince: Seconds | null
}

function toClaimed(rows: ClaimRow[]): ClaimedReminders {
  const since = rows.flatMap((row) => row.failingSince ?? [])
  return {
    messageId: rows[0]?.messageId ?? '',
    attempts: Math.max(...rows.map((row) => row.attempts)),
    failingSince: since.length === 0 ? null : Math.min(...since),
  }
}
