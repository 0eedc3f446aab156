import { sql } from '../sql.ts'
import { EDGE_MEMORY } from '../../domain/denylist.ts'
import type { Write } from '../../domain/ledger.ts'
import type { Seconds } from '../../domain/time.ts'
import type { Statement } from '../database.ts'

/**
 * Suspends clients about which the denylist knows more, and adopts its knowledge: a version above
 * the entry's, the newer generation, the individually revoked tokens (for as long as one could
 * live). A deleted client is already cut off permanently, so its entry was tampered with: only the
 * next version is set above it.
 */
export function quarantineStatements(
  { holds }: Write & { kind: 'holds' },
  at: Seconds,
): Statement[] {
  const list = JSON.stringify(holds)
  return [
    sql`UPDATE portcullis_clients AS c SET suspended_at = coalesce(c.suspended_at, ${at}),
        suspended_reason = coalesce(c.suspended_reason, h.value ->> 'reason'),
        version = c.version + 1, updated_at = ${at}, listed_until = 0,
        denylist_version = h.value ->> 'version' + 1,
        generation = max(c.generation, h.value ->> 'generation')
      FROM json_each(${list}) h WHERE c.client_id = h.value ->> 'clientId'`,
    sql`UPDATE portcullis_deleted_clients AS d SET denylist_version = h.value ->> 'version' + 1,
        generation = max(d.generation, h.value ->> 'generation')
      FROM json_each(${list}) h WHERE d.client_id = h.value ->> 'clientId'`,
    sql`INSERT INTO portcullis_revoked_tokens (jti, client_id, expires_at)
      SELECT t.value, h.value ->> 'clientId', ${at + EDGE_MEMORY}
      FROM json_each(${list}) h JOIN portcullis_clients c ON c.client_id = h.value ->> 'clientId'
      JOIN json_each(h.value, '$.revoked') t WHERE true
      ON CONFLICT DO NOTHING`,
    sql`INSERT INTO portcullis_denylist_outbox (client_id, version, since)
      SELECT value ->> 'clientId', value ->> 'version' + 1, unixepoch() FROM json_each(${list}) WHERE true
      ON CONFLICT (client_id) DO UPDATE SET version = excluded.version`,
  ]
}
