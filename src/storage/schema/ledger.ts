import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

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
    // Hides the event in the digest that the tree has of it. Null until the cron has added it to the
    // tree, and once its personal data is erased.
    salt: text(),
  },
  (t) => [
    index('portcullis_audit_events_by_client').on(t.clientId, t.seq),
    index('portcullis_audit_events_by_action').on(t.action, t.seq),
    index('portcullis_audit_events_by_client_action').on(t.clientId, t.action, t.seq),
    // With these, every combination of client, actor and action has an index of its own.
    index('portcullis_audit_events_by_actor').on(t.actorId, t.seq),
    index('portcullis_audit_events_by_actor_action').on(t.actorId, t.action, t.seq),
    index('portcullis_audit_events_by_client_actor').on(t.clientId, t.actorId, t.seq),
    index('portcullis_audit_events_by_all').on(t.clientId, t.actorId, t.action, t.seq),
    // The few events that recorded incidents, found by the id of the incident.
    index('portcullis_audit_events_of_incidents')
      .on(t.targetId, t.seq)
      .where(sql`target_type = 'incident'`),
  ],
)

/**
 * Where in the log the events of an hour are. The clocks of servers differ, so that times do not
 * grow with the numbers: no event of this hour or a later one comes before `firstSeq`, and none of
 * this hour or an earlier one after `lastSeq`. A trigger on the events keeps it, because a release
 * that still runs beside this one does not know it.
 */
export const auditHours = sqliteTable('portcullis_audit_hours', {
  hour: integer().primaryKey(),
  firstSeq: integer('first_seq').notNull(),
  lastSeq: integer('last_seq').notNull(),
})

/**
 * The last names of removed administrators and of deleted clients, APIs and roles, by their ids: the
 * log has ids alone. Triggers on their tables keep it. Deleting a row forgets a name for good.
 */
export const formerNames = sqliteTable(
  'portcullis_former_names',
  {
    id: text().primaryKey(),
    kind: text().notNull(),
    name: text().notNull(),
    endedAt: integer('ended_at').notNull(),
  },
  (t) => [
    index('portcullis_former_administrators').on(t.endedAt).where(sql`kind = 'administrator'`),
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

/**
 * Hashes of the tree over the audit events: 256 roots of complete subtrees of 256^level events, each
 * 44 characters of base64. The last tile of a level has fewer, and grows.
 */
export const auditTiles = sqliteTable(
  'portcullis_audit_tiles',
  {
    level: integer().notNull(),
    tile: integer().notNull(),
    hashes: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.level, t.tile] })],
)

/** The roots of the tree over the audit events, each as the signed note that was given to others. */
export const auditCheckpoints = sqliteTable('portcullis_audit_checkpoints', {
  size: integer().primaryKey(),
  root: text().notNull(),
  at: integer().notNull(),
  note: text().notNull(),
})

/** The one key that signs checkpoints, wrapped like the signing keys. */
export const auditTreeKey = sqliteTable('portcullis_audit_tree_key', {
  id: integer().primaryKey(),
  publicKey: text('public_key').notNull(),
  wrappedKey: text('wrapped_key').notNull(),
  createdAt: integer('created_at').notNull(),
})
