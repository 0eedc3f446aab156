import { sql } from 'drizzle-orm'
import type { DenylistEntry } from '../domain/denylist.ts'
import type { DenylistOutbox } from '../domain/ports.ts'
import { CLOCK_SKEW, type Seconds } from '../domain/time.ts'
import type { Database } from './database.ts'

/** A writer that was killed holds up its row no longer than this. */
const CLAIM: Seconds = 30

/** How long a write that failed may still land. */
const UNSETTLED: Seconds = 60

/**
 * By D1's clock: isolates' may differ. A claim has an owner, because a writer that was slow may have
 * lost it to another, and its write may have landed on top of that one's.
 */
export function d1DenylistOutbox(db: Database): DenylistOutbox {
  return {
    async claim(clientId, writer) {
      const [claimed, entries] = await db.batch([claimSql(clientId, writer), entrySql(clientId)])
      const row = entries?.[0] as EntryRow | undefined
      return claimed?.length && row ? toEntry(row) : null
    },

    async settle(clientId, version, writer) {
      const [deleted, kept] = await db.batch([
        sql`DELETE FROM portcullis_denylist_outbox WHERE client_id = ${clientId}
          AND claimed_by = ${writer} AND version <= ${version}
          AND unsettled_until <= unixepoch() RETURNING client_id`,
        sql`UPDATE portcullis_denylist_outbox SET claimed_until = 0, claimed_by = NULL
          WHERE client_id = ${clientId} AND claimed_by = ${writer} RETURNING version`,
      ])
      if (deleted?.length) return 'done'
      const row = kept?.[0] as { version: number } | undefined
      if (!row) await writeAgainLater(db, clientId, version)
      return row && row.version > version ? 'newer' : 'unsettled'
    },

    async release(clientId, writer) {
      const kept = await db.rows(sql`UPDATE portcullis_denylist_outbox
        SET claimed_until = 0, claimed_by = NULL, unsettled_until = unixepoch() + ${UNSETTLED}
        WHERE client_id = ${clientId} AND claimed_by = ${writer} RETURNING client_id`)
      if (kept.length === 0) await writeAgainLater(db, clientId, 0)
    },

    async due(limit) {
      const rows = await db.rows<{ client_id: string }>(sql`
        SELECT client_id FROM portcullis_denylist_outbox WHERE claimed_until <= unixepoch()
        ORDER BY unsettled_until, client_id LIMIT ${limit}`)
      return rows.map((row) => row.client_id)
    },
  }
}

/** A claim that lapsed belonged to a writer whose write may still land. */
function claimSql(clientId: string, writer: string) {
  return sql`UPDATE portcullis_denylist_outbox SET
    unsettled_until = CASE WHEN claimed_until = 0 THEN unsettled_until
      ELSE max(unsettled_until, unixepoch() + ${UNSETTLED}) END,
    claimed_until = unixepoch() + ${CLAIM}, claimed_by = ${writer}
    WHERE client_id = ${clientId} AND claimed_until <= unixepoch() RETURNING client_id`
}

/** A write that lost its claim may have undone another's: the entry is written once more. */
async function writeAgainLater(db: Database, clientId: string, version: number): Promise<void> {
  await db.rows(sql`INSERT INTO portcullis_denylist_outbox (client_id, version, unsettled_until)
    VALUES (${clientId}, ${version}, unixepoch() + ${UNSETTLED})
    ON CONFLICT (client_id) DO UPDATE
    SET unsettled_until = max(unsettled_until, excluded.unsettled_until)`)
}

type EntryRow = { version: number; suspended: number; generation: number; revoked: string }

/** What D1 says of a client now: the whole entry, of one that is deleted too. */
function entrySql(clientId: string) {
  return sql`
    SELECT c.denylist_version AS version, c.suspended_at IS NOT NULL AS suspended, c.generation,
      (SELECT json_group_array(t.jti) FROM portcullis_revoked_tokens t
       WHERE t.client_id = c.client_id AND t.expires_at > unixepoch() - ${CLOCK_SKEW}) AS revoked
    FROM portcullis_clients c WHERE c.client_id = ${clientId}
    UNION ALL
    SELECT d.denylist_version, 1, d.generation, '[]'
    FROM portcullis_deleted_clients d WHERE d.client_id = ${clientId}`
}

function toEntry(row: EntryRow): DenylistEntry {
  return {
    version: row.version,
    suspended: row.suspended === 1,
    generation: row.generation,
    revoked: JSON.parse(row.revoked) as string[],
  }
}
