import { rawSql, type SQL, sql } from '../sql.ts'
import { ATTENTION_PERIOD } from '../../domain/status.ts'
import type { Seconds } from '../../domain/time.ts'
import { hasAccessSql } from './access-sql.ts'

// The rule of domain/status.ts in SQL, for rows that a list must judge in place; a property test
// keeps the two equal. `c` is the client's row.

const NEVER = rawSql(String(Number.MAX_SAFE_INTEGER))

const secretWhere = (condition: SQL) =>
  sql`EXISTS (SELECT 1 FROM portcullis_secrets s WHERE s.client_id = c.client_id AND ${condition})`

const UNREACHABLE = rawSql(`s.kind = 'jwks_uri' AND EXISTS (SELECT 1 FROM portcullis_key_sets k
    WHERE k.source = 'jwks_uri ' || s.material AND k.error IS NOT NULL)`)

export function statusSql(now: Seconds | SQL): SQL {
  const kept = sql`s.retires_at IS NULL`
  const live = sql`coalesce(s.retires_at, s.expires_at) > ${now}`
  return sql`CASE
    WHEN c.suspended_at IS NOT NULL THEN 'suspended'
    WHEN ${secretWhere(kept)} AND NOT ${secretWhere(live)} THEN 'expired'
    WHEN NOT ${rawSql(hasAccessSql('c'))}
      OR NOT ${secretWhere(sql`(${kept} OR s.retires_at > ${now})`)}
      OR ${secretWhere(UNREACHABLE)}
      OR ${secretWhere(sql`${kept} AND s.expires_at - ${ATTENTION_PERIOD} <= ${now}`)}
      THEN 'needs_attention'
    ELSE 'available' END`
}

/** When the soonest of the live secrets ends; after all others if there is none. */
export function soonestExpirySql(now: Seconds | SQL): SQL {
  return sql`coalesce((SELECT min(coalesce(s.retires_at, s.expires_at)) FROM portcullis_secrets s
    WHERE s.client_id = c.client_id AND coalesce(s.retires_at, s.expires_at) > ${now}), ${NEVER})`
}

/** The next moment at which time alone may change the status or the soonest expiry. */
function nextChangeSql(now: Seconds | SQL): SQL {
  return sql`coalesce((SELECT min(at) FROM (
    SELECT s.expires_at AS at FROM portcullis_secrets s WHERE s.client_id = c.client_id
    UNION ALL SELECT s.retires_at FROM portcullis_secrets s WHERE s.client_id = c.client_id
    UNION ALL SELECT s.expires_at - ${ATTENTION_PERIOD} FROM portcullis_secrets s
      WHERE s.client_id = c.client_id) WHERE at > ${now}), ${NEVER})`
}

/**
 * Refreshes the list columns of the rows for which `condition` holds: what is true now, and what will be
 * from the next change on, so that a list at that moment need not apply the rule to all rows that have it.
 * Materialized, because SQLite would find out that moment anew for each mention.
 */
export function settleSql(now: Seconds, condition: SQL): SQL {
  const at = rawSql('n.at')
  return sql`UPDATE portcullis_clients AS c SET listed_status = ${statusSql(now)},
    listed_expiry = ${soonestExpirySql(now)}, listed_until = n.at,
    next_status = ${statusSql(at)}, next_expiry = ${soonestExpirySql(at)},
    next_until = ${nextChangeSql(at)}, next_version = c.version
    FROM (WITH due AS MATERIALIZED (
        SELECT c.id, ${nextChangeSql(now)} AS at FROM portcullis_clients c WHERE ${condition})
      SELECT * FROM due) n
    WHERE c.id = n.id`
}
