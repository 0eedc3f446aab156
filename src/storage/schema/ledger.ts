import { sql } from 'drizzle-orm'
import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

export const auditEvents = sqliteTable(
  'portcullis_audit_events',
  {
    seq: integer().primaryKey(),
    eventId: text('event_id').notNull().unique(),
    at: integer().notNull(),
    action: text().notNull(),
    actorType: text('actor_type').notNull(),
    actorId: text('actor_id').notNull(),
    clientId: text('client_id'),
    targetType: text('target_type').notNull(),
    targetId: text('target_id').notNull(),
    reason: text(),
    changes: text(),
    requestId: text('request_id').notNull(),
    seal: text().notNull(),
  },
  (t) => [
    index('portcullis_audit_events_by_client').on(t.clientId, t.seq),
    index('portcullis_audit_events_by_action').on(t.action, t.seq),
    index('portcullis_audit_events_by_client_action').on(t.clientId, t.action, t.seq),
    // The few events that recorded incidents, found by the id of the incident.
    index('portcullis_audit_events_of_incidents')
      .on(t.targetId, t.seq)
      .where(sql`target_type = 'incident'`),
  ],
)

/**
 * The end of the audit log, kept separately: without this row, a truncated log would look complete.
 */
export const ledgerHead = sqliteTable('portcullis_ledger_head', {
  id: integer().primaryKey(),
  seq: integer().notNull(),
  seal: text().notNull(),
  // The holder of the lease, and until when: a change that keeps losing against others takes one.
  reservedBy: text('reserved_by'),
  reservedUntil: integer('reserved_until').notNull().default(0),
})

/**
 * The versions of AUDIT_KEY that sealed events, and since when; kept by a trigger on the events.
 */
export const sealVersions = sqliteTable('portcullis_seal_versions', {
  version: text().primaryKey(),
  firstSeq: integer('first_seq').notNull(),
})

/**
 * The request for which each key was used, both as keyed hashes, and what it created. Kept for a
 * day.
 */
export const idempotencyRecords = sqliteTable(
  'portcullis_idempotency_records',
  {
    keyHash: text('key_hash').primaryKey(),
    requestHash: text('request_hash').notNull(),
    targetType: text('target_type').notNull(),
    targetId: text('target_id').notNull(),
    madeAt: integer('made_at').notNull(),
  },
  (t) => [index('portcullis_idempotency_records_by_age').on(t.madeAt)],
)
