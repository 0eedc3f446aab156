import { type DueNotice, type DueNotices, REFUSED_OFTEN } from '../../domain/due-notices.ts'
import type { StoredKind } from '../../domain/credential.ts'
import type { Write } from '../../domain/ledger.ts'
import { type Seconds, startOfDay } from '../../domain/time.ts'
import { dayOf, type Outcome } from '../../domain/token-counts.ts'
import type { Database, Statement } from '../database.ts'
import { type SQL, sql } from '../sql.ts'
import { ALL, UNKNOWN_CLIENT } from './token-counts.ts'

// There are fewer reasons to refuse than 20: who was refused 100 times was 5 times for one of them.
const FOR_ONE_REASON = REFUSED_OFTEN / 20

type NoticeRow = {
  action: DueNotice['action']
  clientId: string
  kind: StoredKind
  credentialId: string
  expiresAt: Seconds
  refused: string
}

export function d1DueNotices(db: Database): DueNotices {
  return {
    async find(now, since, lead, limit) {
      const rows = await db.rows<NoticeRow>(sql`
        ${endsSql('secret.expired', sql`expiry_told IN (0, 1) AND expires_at > ${since} AND expires_at <= ${now}`, limit)}
        UNION ALL
        ${endsSql('secret.expiring', sql`expiry_told = 0 AND expires_at > ${now} AND expires_at <= ${now + lead}`, limit)}
        UNION ALL
        ${refusedOftenSql(now, limit)}`)
      return rows.map(toNotice)
    },
  }
}

function endsSql(action: DueNotice['action'], which: SQL, limit: number): SQL {
  return sql`SELECT * FROM (SELECT ${action} AS action, client_id AS clientId, kind,
      secret_id AS credentialId, expires_at AS expiresAt, NULL AS refused
    FROM portcullis_secrets INDEXED BY portcullis_secrets_untold
    WHERE retires_at IS NULL AND ${which} ORDER BY expires_at LIMIT ${limit})`
}

/** Once a day and client: the log says whether there was one. */
function refusedOftenSql(now: Seconds, limit: number): SQL {
  return sql`SELECT 'client.refused_often', c.client_id, NULL, NULL, NULL, (
      SELECT json_group_object(t.outcome, t.count) FROM portcullis_token_counts t
      WHERE t.day = ${dayOf(now)} AND t.client_id = c.client_id AND t.outcome <> 'issued')
    FROM (SELECT DISTINCT client_id FROM portcullis_token_counts
        INDEXED BY portcullis_token_counts_refused
        WHERE day = ${dayOf(now)} AND outcome <> 'issued' AND count >= ${FOR_ONE_REASON}
        AND client_id NOT IN (${ALL}, ${UNKNOWN_CLIENT})) r
      CROSS JOIN portcullis_clients c ON c.client_id = r.client_id
    WHERE (SELECT sum(t.count) FROM portcullis_token_counts t
        WHERE t.day = ${dayOf(now)} AND t.client_id = r.client_id AND t.outcome <> 'issued')
      >= ${REFUSED_OFTEN}
    AND coalesce((SELECT e.at FROM portcullis_audit_events e
        WHERE e.client_id = r.client_id AND e.action = 'client.refused_often'
        ORDER BY e.seq DESC LIMIT 1), 0) < ${startOfDay(now)}
    LIMIT ${limit}`
}

function toNotice(row: NoticeRow): DueNotice {
  const { action, clientId, kind, credentialId, expiresAt, refused } = row
  if (action !== 'client.refused_often') return { action, clientId, kind, credentialId, expiresAt }
  return { action, clientId, refusedToday: JSON.parse(refused) as Record<Outcome, number> }
}

export function toldStatement(
  { secretIds }: Write & { kind: 'expiries_told' },
  at: Seconds,
): Statement {
  return sql`UPDATE portcullis_secrets SET expiry_told = iif(expires_at <= ${at}, 2, 1)
    WHERE secret_id IN (SELECT value FROM json_each(${JSON.stringify(secretIds)}))`
}
