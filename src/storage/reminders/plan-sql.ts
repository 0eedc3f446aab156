import type { ReminderRules } from '../../domain/reminder.ts'
import { EXPIRED_FOR, thresholdsAt } from '../../domain/reminder-days.ts'
import type { Seconds } from '../../domain/time.ts'
import type { Statement } from '../database.ts'
import { type SQL, sql } from '../sql.ts'
import { isStillTrueSql, isToRemindOfSql } from './reminder-sql.ts'
import { CLAIM } from './claim-sql.ts'

/** Plans the reminders of credentials that have come to a threshold. */
export function planStatements(now: Seconds, rules: ReminderRules, limit: number): Statement[] {
  const thresholds = thresholdsAt(now, rules.days)
  const threshold = thresholdSql(thresholds)
  const soon = soonSql(now, thresholds, limit)
  const due = sql`SELECT s.secret_id, s.expires_at, ${threshold} AS days, c.contacts
    FROM portcullis_secrets s JOIN portcullis_clients c ON c.client_id = s.client_id
    WHERE s.id IN (${soon}) AND ${isToRemindOfSql(now)} AND ${isStillTrueSql(now, threshold)}`
  return [
    insertSql(now, due, everyoneSql(rules.recipients)),
    sql`UPDATE portcullis_secrets AS s SET reminders_planned = 1, reminder_days = ${threshold}
      WHERE s.id IN (${soon})`,
    ...catchUpStatements(now, threshold, limit),
  ]
}

/** The threshold that credential `s` has passed last; null if none. */
function thresholdSql(thresholds: ReturnType<typeof thresholdsAt>): SQL {
  return sql`(SELECT min(value ->> 0) FROM json_each(${JSON.stringify(thresholds)})
    WHERE s.expires_at <= value ->> 1)`
}

/**
 * The credentials that have come to a threshold: those never planned, and of those that were the ones
 * at the next threshold after it. Each kind is a range of an index: SQLite steps from one value of
 * `reminder_days` to the next, of which there are few.
 */
function soonSql(now: Seconds, thresholds: ReturnType<typeof thresholdsAt>, limit: number): SQL {
  const earliest = now - (thresholds.some(([days]) => days === 0) ? EXPIRED_FOR : 0)
  const latest = Math.max(...thresholds.map(([, end]) => end))
  return sql`SELECT * FROM (SELECT s.id FROM portcullis_secrets s INDEXED BY portcullis_secrets_by_expiry
      WHERE s.reminders_planned = 0 AND s.expires_at > ${earliest} AND s.expires_at <= ${latest}
      ORDER BY s.expires_at LIMIT ${limit})
    UNION ALL SELECT * FROM (
      WITH RECURSIVE planned(days) AS (
        SELECT min(reminder_days) FROM portcullis_secrets INDEXED BY portcullis_secrets_by_reminder
        WHERE reminders_planned = 1
        UNION ALL SELECT (
          SELECT min(n.reminder_days) FROM portcullis_secrets n INDEXED BY portcullis_secrets_by_reminder
          WHERE n.reminders_planned = 1 AND n.reminder_days > planned.days)
        FROM planned WHERE planned.days IS NOT NULL)
      SELECT s.id FROM planned
      CROSS JOIN portcullis_secrets s INDEXED BY portcullis_secrets_by_reminder
      WHERE s.reminders_planned = 1 AND s.reminder_days = planned.days AND s.expires_at > ${earliest}
      AND s.expires_at <= (SELECT max(value ->> 1) FROM json_each(${JSON.stringify(thresholds)})
        WHERE value ->> 0 < planned.days)
      AND NOT EXISTS (SELECT 1 FROM portcullis_reminders r WHERE r.secret_id = s.secret_id
        AND r.sent_at IS NULL AND r.sending_at > ${now - CLAIM})
      LIMIT ${limit})`
}

/** Each of `due` with everybody who is to be told of it. */
export function everyoneSql(configured: string[]): SQL {
  return sql`SELECT due.*, a.email FROM due CROSS JOIN (
      SELECT email FROM portcullis_administrators WHERE access = 'manage'
      UNION SELECT value FROM json_each(${JSON.stringify(configured)})) a
    UNION ALL SELECT due.*, j.value FROM due CROSS JOIN json_each(due.contacts) j`
}

/**
 * A row that is there goes on to a lower threshold, and to none that it was at. What is to be told of
 * failures stays until it is sent.
 */
export function insertSql(now: Seconds, due: SQL, told: SQL): Statement {
  return sql`INSERT INTO portcullis_reminders (secret_id, email, expires_at, due_at, days)
    SELECT secret_id, email, expires_at, ${now}, days FROM (WITH due AS (${due}) ${told}) WHERE true
    ON CONFLICT (secret_id, email) DO UPDATE SET due_at = excluded.due_at, days = excluded.days,
      last_error = iif(failing_since IS NULL, NULL, last_error),
      attempts = iif(sent_at IS NULL, attempts, 0),
      claimed_by = NULL, message_id = NULL, sending_at = NULL, sent_at = NULL
    WHERE excluded.days < coalesce(days, expires_at / 86400 - sending_at / 86400, 1)
      OR excluded.days < 0`
}

/**
 * The next portion of credentials that were planned before an administrator existed; one
 * administrator at a time.
 */
function catchUpStatements(now: Seconds, threshold: SQL, limit: number): Statement[] {
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
  const due = sql`SELECT s.secret_id, s.expires_at, ${threshold} AS days, a.email
    FROM portcullis_administrators a CROSS JOIN portcullis_secrets s
    JOIN portcullis_clients c ON c.client_id = s.client_id
    WHERE a.id = ${who} AND s.id IN (${portion}) AND ${threshold} IS NOT NULL
    AND ${isToRemindOfSql(now)} AND ${isStillTrueSql(now, threshold)}`
  return [
    insertSql(now, due, sql`SELECT * FROM due`),
    sql`UPDATE portcullis_administrators SET (catch_up_expiry, catch_up_id) = (
      SELECT expires_at, id FROM portcullis_secrets WHERE id IN (${portion})
      ORDER BY expires_at DESC, id DESC LIMIT 1) WHERE id = ${who}`,
  ]
}
