import type { ClaimedReminders } from '../../domain/reminders.ts'
import { CLOCK_SKEW, MINUTE, type Seconds } from '../../domain/time.ts'
import type { Statement } from '../database.ts'
import { sql } from '../sql.ts'
import { stillHoldsSql } from './reminder-sql.ts'

/** The longest time that a killed run holds up its reminders. */
export const CLAIM: Seconds = CLOCK_SKEW + 5 * MINUTE

/** The reminders due for one recipient, longest-waiting first. */
const dueOf = (email: string, now: Seconds, more = sql`true`) =>
  sql`email = ${email} AND due_at <= ${now} AND ${more} ORDER BY due_at, rowid`

/** The message with which a reminder was handed over before, otherwise `other`. */
const messageOr = (other: string) =>
  sql`CASE WHEN sending_at IS NOT NULL THEN message_id ELSE ${other} END`

/** Deletes planned reminders that no longer hold; they are planned again if they hold again. */
export function dropUntrueSql(
  email: string,
  now: Seconds,
  limit: number,
  configured: string[],
): Statement {
  return sql`DELETE FROM portcullis_reminders AS r WHERE r.rowid IN (
      SELECT rowid FROM portcullis_reminders WHERE ${dueOf(email, now)} LIMIT ${limit})
    AND r.sending_at IS NULL AND NOT ${stillHoldsSql(now, configured)}`
}

/**
 * Claims one message: reminders that were handed over before go again as they were, separate from
 * new ones.
 */
export function claimSql(email: string, claim: string, now: Seconds, limit: number): Statement {
  const first = sql`SELECT ${messageOr('')} FROM portcullis_reminders
    WHERE ${dueOf(email, now)} LIMIT 1`
  return sql`UPDATE portcullis_reminders SET claimed_by = ${claim}, due_at = ${now + CLAIM},
    attempts = attempts + 1, message_id = ${messageOr(claim)}
    WHERE rowid IN (SELECT rowid FROM portcullis_reminders
      WHERE ${dueOf(email, now, sql`${messageOr('')} = (${first})`)} LIMIT ${limit})
    RETURNING message_id AS messageId, attempts, failing_since AS failingSince`
}

export type ClaimRow = {
  messageId: string
  attempts: number
  failingSince: Seconds | null
}

export function toClaimed(rows: ClaimRow[]): ClaimedReminders {
  const since = rows.flatMap((row) => row.failingSince ?? [])
  return {
    messageId: rows[0]?.messageId ?? '',
    attempts: Math.max(...rows.map((row) => row.attempts)),
    failingSince: since.length === 0 ? null : Math.min(...since),
  }
}
