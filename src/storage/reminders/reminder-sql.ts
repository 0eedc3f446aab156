import { rawSql, type SQL, sql } from '../sql.ts'
import { UNUSED } from '../../domain/reminder.ts'
import { EXPIRED_FOR } from '../../domain/reminder-days.ts'
import type { Seconds } from '../../domain/time.ts'

// The rules of domain/reminder.ts and unused-secret.ts in SQL, for the cron, which picks a few
// credentials of very many; a property test keeps them equal. `s` is a credential's row, `c` its
// client's, `r` a reminder's.

/** Whether people are to be reminded of this credential when its end is near. */
export function isToRemindOfSql(now: Seconds): SQL {
  return sql`(s.remind = 1 AND s.retires_at IS NULL
    AND c.suspended_at IS NULL AND NOT EXISTS (
      SELECT 1 FROM portcullis_secrets n WHERE n.client_id = s.client_id AND n.kind = s.kind AND n.id > s.id
      AND (n.retires_at IS NULL OR n.retires_at > ${now})))`
}

/** Whether there is still something to say at this threshold. */
export function isStillTrueSql(now: Seconds, days: SQL): SQL {
  return sql`(s.expires_at > ${now} OR (${days} = 0 AND s.expires_at > ${now - EXPIRED_FOR}))`
}

/** Since when a secret is not used. */
export const UNUSED_SINCE = rawSql('max(s.created_at, coalesce(s.last_used_at, 0))')

/** Whether this is a secret of which it matters that it is not used. */
export function canBeUnusedSql(now: Seconds): SQL {
  return sql`(s.kind = 'secret' AND s.retires_at IS NULL AND s.expires_at > ${now}
    AND c.suspended_at IS NULL)`
}

/** The credential that a reminder is about. */
export const CREDENTIAL = rawSql(
  `iif(r.days = ${UNUSED}, substr(r.secret_id, ${'unused:'.length + 1}), r.secret_id)`,
)

/** Whether reminder `r` is still to be sent: of this credential, to this person. */
export function stillHoldsSql(now: Seconds, configured: string[]): SQL {
  return sql`EXISTS (
    SELECT 1 FROM portcullis_secrets s JOIN portcullis_clients c ON c.client_id = s.client_id
    WHERE s.secret_id = ${CREDENTIAL} AND iif(r.days = ${UNUSED},
      ${canBeUnusedSql(now)} AND s.unused_notice_at > ${UNUSED_SINCE},
      ${isToRemindOfSql(now)} AND ${isStillTrueSql(now, sql`r.days`)})
    AND (r.email IN (SELECT value FROM json_each(c.contacts))
      OR r.email IN (SELECT value FROM json_each(${JSON.stringify(configured)}))
      OR EXISTS (SELECT 1 FROM portcullis_administrators a
        WHERE a.email = r.email AND a.access = 'manage')))`
}
