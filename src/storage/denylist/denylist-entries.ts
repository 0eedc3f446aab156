import { type SQL, sql } from '../sql.ts'
import {
  DENYLIST_TTL,
  type DenylistEntry,
  type DenylistState,
  REVOKED_MAX,
} from '../../domain/denylist.ts'
import { CLOCK_SKEW, type Seconds } from '../../domain/time.ts'

// The one place that defines the entry that D1 wants in the denylist: complete, also for a deleted
// client. If more tokens are revoked than it may list, the expired ones are left out.

export type EntryRow = {
  client_id: string
  version: number
  suspended: number
  generation: number
  revoked: string
  changed_at: number
}

const ofClients = (condition: SQL) => sql`
  SELECT c.client_id, c.denylist_version AS version, c.suspended_at IS NOT NULL AS suspended,
    c.generation, (SELECT json_group_array(jti) FROM (
      SELECT t.jti FROM portcullis_revoked_tokens t
      WHERE t.client_id = c.client_id AND t.expires_at > unixepoch() - ${CLOCK_SKEW}
      ORDER BY t.expires_at DESC LIMIT ${REVOKED_MAX})) AS revoked,
    max(coalesce(c.suspended_at, 0), coalesce(c.tokens_valid_from, 0), coalesce((
      SELECT max(t.expires_at) FROM portcullis_revoked_tokens t
      WHERE t.client_id = c.client_id), 0)) AS changed_at
  FROM portcullis_clients c WHERE ${condition}`

const ofDeleted = (condition: SQL) => sql`
  SELECT d.client_id, d.denylist_version, 1, d.generation, '[]', d.deleted_at
  FROM portcullis_deleted_clients d WHERE ${condition}`

/** The entries of these clients. */
export function entriesSql(clientIds: SQL): SQL {
  return sql`${ofClients(sql`c.client_id IN ${clientIds}`)}
    UNION ALL ${ofDeleted(sql`d.client_id IN ${clientIds}`)}`
}

/** Sorts after every client id. */
const LAST = '~'

/**
 * A page of all clients with a denylist entry, by client id. Of the deleted clients, which are many
 * and mostly deleted long ago, only those in the page's range of ids are read.
 */
export function statesSql(after: string, now: Seconds, limit: number): SQL {
  const clients = ofClients(sql`c.client_id > ${after} AND c.denylist_version > 0
    ORDER BY c.client_id LIMIT ${limit}`)
  const upTo = sql`(SELECT CASE count(*) WHEN ${limit} THEN max(client_id) ELSE ${LAST} END FROM told)`
  const deleted = ofDeleted(sql`d.client_id > ${after} AND d.client_id <= ${upTo}
    AND d.deleted_at > ${now - DENYLIST_TTL} ORDER BY d.client_id LIMIT ${limit}`)
  return sql`WITH told AS MATERIALIZED (${clients})
    SELECT * FROM told UNION ALL SELECT * FROM (${deleted}) ORDER BY client_id LIMIT ${limit}`
}

/** A page of the suspended clients, by client id; it passes over all others on the way. */
export function suspendedSql(after: string, limit: number): SQL {
  return ofClients(sql`c.client_id > ${after} AND c.suspended_at IS NOT NULL
    ORDER BY c.client_id LIMIT ${limit}`)
}

export function toEntry(row: EntryRow): DenylistEntry {
  return {
    version: row.version,
    suspended: row.suspended === 1,
    generation: row.generation,
    revoked: JSON.parse(row.revoked) as string[],
  }
}

export function toState(row: EntryRow): DenylistState {
  return { ...toEntry(row), clientId: row.client_id, changedAt: row.changed_at }
}
