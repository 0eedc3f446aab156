import { type SQL, sql } from '../sql.ts'
import type { Seconds } from '../../domain/time.ts'

// The rule of domain/reminder.ts in SQL, for the cron, which picks a few credentials of very many; a
// property test keeps the two equal. `s` is a credential's row, `c` its client's.

/** Whether administrators are to be reminded of this credential when its end is near. */
export function isToRemindOfSql(now: Seconds): SQL {
  return sql`(s.remind = 1 AND s.retires_at IS NULL AND s.expires_at > ${now}
    AND c.suspended_at IS NULL AND NOT EXISTS (
      SELECT 1 FROM portcullis_secrets n WHERE n.client_id = s.client_id AND n.kind = s.kind AND n.id > s.id
      AND (n.retires_at IS NULL OR n.retires_at > ${now})))`
}

/** Whether reminder `r` is still to be sent: for this credential, to this administrator. */
export function stillHoldsSql(now: Seconds): SQL {
  return sql`(EXISTS (
      SELECT 1 FROM portcullis_secrets s JOIN portcullis_clients c ON c.client_id = s.client_id
      WHERE s.secret_id = r.secret_id AND ${isToRemindOfSql(now)})
    AND EXISTS (
      SELECT 1 FROM portcullis_administrators a WHERE a.email = r.email AND a.access = 'manage'))`
}
