import { sql } from 'drizzle-orm'
import type { DenylistEntry } from '../domain/denylist.ts'
import type { DenylistOutbox } from '../domain/ports.ts'
import type { Seconds } from '../domain/time.ts'
import type { Database } from './database.ts'

/** A writer that was killed holds up its row no longer than this. */
const CLAIM: Seconds = 30

/** How long a write that failed may still land. */
const UNSETTLED: Seconds = 60

export function d1DenylistOutbox(db: Database): DenylistOutbox {
  return {
    async claim(clientId, now) {
      const claim = sql`UPDATE portcullis_denylist_outbox SET claimed_until = ${now + CLAIM}
        WHERE client_id = ${clientId} AND claimed_until <= ${now} RETURNING client_id`
      const [claimed, entries] = await db.batch([claim, entrySql(clientId, now)])
      const row = entries?.[0] as EntryRow | undefined
      return claimed?.length && row ? toEntry(row) : null
    },

    async settle(clientId, version, now) {
      const done = sql`DELETE FROM portcullis_denylist_outbox WHERE client_id = ${clientId}
        AND version <= ${version} AND unsettled_until <= ${now} RETURNING client_id`
      const release = sql`UPDATE portcullis_denylist_outbox SET claimed_until = 0
        WHERE client_id = ${clientId} RETURNING version`
      const [deleted, left] = await db.batch([done, release])
      if (deleted?.length) return 'done'
      const row = left?.[0] as { version: number } | undefined
      return row && row.version > version ? 'newer' : 'unsettled'
    },

    async release(clientId, now) {
      await db.rows(sql`UPDATE portcullis_denylist_outbox
        SET claimed_until = 0, unsettled_until = ${now + UNSETTLED} WHERE client_id = ${clientId}`)
    },

    async due(now, limit) {
      const rows = await db.rows<{ client_id: string }>(sql`
        SELECT client_id FROM portcullis_denylist_outbox WHERE claimed_until <= ${now}
        ORDER BY claimed_until LIMIT ${limit}`)
      return rows.map((row) => row.client_id)
    },
  }
}

type EntryRow = { version: number; suspended: number; generation: number; revoked: string }

/** What D1 says of a client now: the whole entry, of one that is deleted too. */
function entrySql(clientId: string, now: Seconds) {
  return sql`
    SELECT c.denylist_version AS version, c.suspended_at IS NOT NULL AS suspended, c.generation,
      (SELECT json_group_array(t.jti) FROM portcullis_revoked_tokens t
       WHERE t.client_id = c.client_id AND t.expires_at > ${now}) AS revoked
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
