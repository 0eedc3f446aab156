import type { TargetType } from '../../domain/audit.ts'
import {
  IDEMPOTENCY_PERIOD,
  type IdempotencyRecord,
  type IdempotencyRecords,
} from '../../domain/idempotency.ts'
import type { Write } from '../../domain/ledger.ts'
import { CLOCK_SKEW } from '../../domain/time.ts'
import type { Database, Statement } from '../database.ts'
import { type SQL, sql } from '../sql.ts'
import { columns, insertInto, type StoredRow } from '../statements.ts'

const OWN = ['keyHash', 'requestHash', 'targetType', 'targetId', 'madeAt'] as const

type RecordRow = StoredRow<'idempotencyRecords', (typeof OWN)[number]>

export function d1IdempotencyRecords(db: Database): IdempotencyRecords {
  return {
    async find(keyHashes, since) {
      const [row] = await db.rows<RecordRow>(sql`SELECT ${columns<'idempotencyRecords'>('r', OWN)}
        FROM portcullis_idempotency_records r
        WHERE key_hash IN (SELECT value FROM json_each(${JSON.stringify(keyHashes)}))
        AND made_at > ${since} ORDER BY made_at DESC LIMIT 1`)
      return row ? toRecord(row) : null
    },

    async keep(record) {
      // The key may have been used for a change since this request looked for it: that one stays.
      await db.rows(sql`${recordSql(record)}
        WHERE portcullis_idempotency_records.made_at <= ${record.madeAt - IDEMPOTENCY_PERIOD}`)
    },

    async bringForward(now) {
      await db.rows(sql`UPDATE portcullis_idempotency_records SET made_at = ${now}
        WHERE made_at > ${now + CLOCK_SKEW}`)
    },

    async forget(now, limit) {
      await db.rows(sql`DELETE FROM portcullis_idempotency_records WHERE key_hash IN (
        SELECT key_hash FROM portcullis_idempotency_records
        WHERE made_at <= ${now - IDEMPOTENCY_PERIOD - CLOCK_SKEW} LIMIT ${limit})`)
    },
  }
}

/** An expired key may be used again before the cron has deleted it. */
export function recordStatement({ record }: Write & { kind: 'idempotency_record' }): Statement {
  return recordSql(record)
}

function recordSql({ made, ...rest }: IdempotencyRecord): SQL {
  const row = { ...rest, targetType: made.type, targetId: made.id }
  return sql`${insertInto('idempotencyRecords', row)}
    ON CONFLICT (key_hash) DO UPDATE SET request_hash = excluded.request_hash,
      target_type = excluded.target_type, target_id = excluded.target_id,
      made_at = excluded.made_at`
}

function toRecord({ targetType, targetId, ...row }: RecordRow): IdempotencyRecord {
  return { ...row, made: { type: targetType as TargetType, id: targetId } }
}
