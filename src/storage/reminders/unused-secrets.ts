import { UNUSED, type ReminderRules } from '../../domain/reminder.ts'
import { DAY, type Seconds } from '../../domain/time.ts'
import { UNUSED_NOTICE, type UnusedFound, type UnusedSecrets } from '../../domain/unused-secret.ts'
import type { Database } from '../database.ts'
import { type SQL, sql } from '../sql.ts'
import { everyoneSql, insertSql } from './plan-sql.ts'
import { canBeUnusedSql, UNUSED_SINCE } from './reminder-sql.ts'

export function d1UnusedSecrets(
  db: Database,
  { recipients }: Pick<ReminderRules, 'recipients'>,
): UnusedSecrets {
  return {
    async look(now, days, after, limits) {
      const portion = sql`SELECT id FROM portcullis_secrets WHERE id > ${after}
        ORDER BY id LIMIT ${limits.secrets}`
      const unused = sql`portcullis_secrets s JOIN portcullis_clients c ON c.client_id = s.client_id
        WHERE s.id IN (${portion}) AND ${canBeUnusedSql(now)}`
      const untold = sql`${UNUSED_SINCE} <= ${now - days * DAY + UNUSED_NOTICE} AND ${isUntold}`
      const notices = sql`SELECT 'unused:' || s.secret_id AS secret_id, s.expires_at,
        ${UNUSED} AS days, c.contacts FROM ${unused} AND ${untold}`
      const [, , found] = await db.batch([
        insertSql(now, notices, everyoneSql(recipients)),
        sql`UPDATE portcullis_secrets SET unused_notice_at = ${now}
          WHERE id IN (SELECT s.id FROM ${unused} AND ${untold})`,
        sql`SELECT s.id AS at, s.client_id AS clientId, s.secret_id AS secretId
          FROM ${unused} AND ${UNUSED_SINCE} <= ${now - days * DAY} AND ${wasToldSql(now)}
          UNION ALL SELECT max(id), NULL, NULL FROM (${portion}) HAVING count(*) = ${limits.secrets}
          ORDER BY at, clientId DESC LIMIT ${limits.due + 1}`,
      ])
      return toFound(found as Found[], limits.due)
    },
  }
}

/** A notice that had no reader is planned again, for those who came since. */
const isUntold = sql`(s.unused_notice_at IS NULL OR s.unused_notice_at <= ${UNUSED_SINCE}
  OR NOT EXISTS (SELECT 1 FROM portcullis_reminders r WHERE r.secret_id = 'unused:' || s.secret_id))`

/** One mail is enough, also one of which it is not known whether it arrived. */
function wasToldSql(now: Seconds): SQL {
  return sql`s.unused_notice_at > ${UNUSED_SINCE} AND EXISTS (
    SELECT 1 FROM portcullis_reminders r WHERE r.secret_id = 'unused:' || s.secret_id
    AND r.sending_at >= s.unused_notice_at AND r.sending_at <= ${now - UNUSED_NOTICE}
    AND r.due_at IS NULL)`
}

type Found = { at: number; clientId: string | null; secretId: string | null }

/** The last row tells that there is more to walk: that after the portion, or a secret too many. */
function toFound(found: Found[], limit: number): UnusedFound {
  const due = found.flatMap(({ at, clientId, secretId }) =>
    clientId === null || secretId === null ? [] : [{ at, clientId, secretId }],
  )
  const some = due.slice(0, limit)
  const end = found.find(({ clientId }) => clientId === null)?.at ?? null
  return { due: some, next: due.length > limit ? (some.at(-1)?.at ?? null) : end }
}
