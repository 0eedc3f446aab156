import type { Seconds } from '../../domain/time.ts'
import { type SQL, sql } from '../sql.ts'
import { PAST, statusNow } from './client-list-sql.ts'

/**
 * The number of clients with each status: the triggers' counts, corrected for clients whose time
 * has come.
 */
export function countsSql(now: Seconds): SQL {
  return sql`WITH past AS MATERIALIZED (
      SELECT c.listed_status AS was, ${statusNow(now)} AS is_now, count(*) AS n
      FROM ${PAST} WHERE c.listed_until <= ${now} GROUP BY was, is_now)
    SELECT status, sum(n) AS n FROM (
      SELECT status, n FROM portcullis_client_counts
      UNION ALL SELECT was, -n FROM past UNION ALL SELECT is_now, n FROM past) GROUP BY status`
}
