import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

// Tables of administrators, idempotency, reminders, the denylist's outbox and the cron.

/** People with access to Portcullis itself. */
export const administrators = sqliteTable(
  'portcullis_administrators',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    administratorId: text('administrator_id').notNull().unique(),
    email: text().notNull().unique(),
    access: text().notNull(),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
    version: integer().notNull(),
    // A new recipient of reminders catches up with those planned before: how far, by the secrets'
    // expiry and row. Null: finished.
    catchUpExpiry: integer('catch_up_expiry'),
    catchUpId: integer('catch_up_id'),
  },
  (t) => [index('portcullis_administrators_by_access').on(t.access, t.email)],
)

/**
 * The keys of the deployment with which the database was written: a different key under the same
 * number is refused.
 */
export const keyChecks = sqliteTable(
  'portcullis_key_checks',
  {
    name: text().notNull(),
    version: text().notNull(),
    value: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.name, t.version] })],
)

/**
 * The versions of AUDIT_KEY that sealed events, and since when; kept by a trigger on the events.
 */
export const sealVersions = sqliteTable('portcullis_seal_versions', {
  version: text().primaryKey(),
  firstSeq: integer('first_seq').notNull(),
})

/** Sign-ins to the console, and whether they ended: the cookie alone opens nothing. */
export const sessions = sqliteTable(
  'portcullis_sessions',
  {
    sessionId: text('session_id').primaryKey(),
    // Null for the bootstrap token.
    administratorId: text('administrator_id'),
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
    endedAt: integer('ended_at'),
  },
  (t) => [index('portcullis_sessions_by_expiry').on(t.expiresAt)],
)

/** Configured addresses that were let in: one that is removed later does not come back. */
export const configuredAdministrators = sqliteTable('portcullis_configured_administrators', {
  email: text().primaryKey(),
})

/** The recipients of reminders about each secret; each reminder is sent once. */
export const reminders = sqliteTable(
  'portcullis_reminders',
  {
    secretId: text('secret_id').notNull(),
    email: text().notNull(),
    // Copied from the secret, so that rows expire with it.
    expiresAt: integer('expires_at').notNull(),
    // When to try, or to retry a claim without a result; null: there is nothing more to do.
    dueAt: integer('due_at'),
    // The run that has claimed it.
    claimedBy: text('claimed_by'),
    // The message that was, or may have been, handed to the mail provider, and when.
    messageId: text('message_id'),
    sendingAt: integer('sending_at'),
    sentAt: integer('sent_at'),
    attempts: integer().notNull().default(0),
    failingSince: integer('failing_since'),
    lastError: text('last_error'),
  },
  (t) => [
    primaryKey({ columns: [t.secretId, t.email] }),
    index('portcullis_reminders_by_recipient').on(t.email, t.dueAt),
    index('portcullis_reminders_by_claim').on(t.claimedBy),
    index('portcullis_reminders_by_expiry').on(t.expiresAt),
    index('portcullis_reminders_failing').on(t.failingSince).where(sql`failing_since IS NOT NULL`),
    // The few that health reports, among all that were sent.
    index('portcullis_reminders_waiting').on(t.dueAt).where(sql`due_at IS NOT NULL`),
    index('portcullis_reminders_in_doubt')
      .on(t.sendingAt)
      .where(sql`due_at IS NULL AND sent_at IS NULL`),
  ],
)

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

/** When each job of the cron last ran, and its progress if it takes several runs. */
export const jobStates = sqliteTable('portcullis_chores', {
  name: text().primaryKey(),
  ranAt: integer('ran_at').notNull(),
  position: text(),
})

/** How many tokens were issued and refused on a day (UTC, since 1970-01-01), for the figures. */
export const tokenCounts = sqliteTable(
  'portcullis_token_counts',
  {
    day: integer().notNull(),
    // Or `*` for all together, empty for ids that do not belong to a client.
    clientId: text('client_id').notNull(),
    // `issued`, or why it was refused.
    outcome: text().notNull(),
    count: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.day, t.clientId, t.outcome] }),
    // Suspended clients that still try: few, and read by /health.
    index('portcullis_token_counts_of_suspended')
      .on(t.day, t.count)
      .where(sql`outcome = 'suspended'`),
  ],
)

/** Deleted clients: their denylist entries, and their ids, which are not used again. */
export const deletedClients = sqliteTable('portcullis_deleted_clients', {
  clientId: text('client_id').primaryKey(),
  denylistVersion: integer('denylist_version').notNull(),
  generation: integer().notNull(),
  deletedAt: integer('deleted_at').notNull(),
})

/** Denylist entries still to be written to KV, one row per client. */
export const denylistOutbox = sqliteTable(
  'portcullis_denylist_outbox',
  {
    clientId: text('client_id').primaryKey(),
    version: integer().notNull(),
    // One writer at a time has the row; its claim lapses, so that a killed writer does not hold up
    // others.
    claimedBy: text('claimed_by'),
    claimedUntil: integer('claimed_until').notNull().default(0),
    // A write that failed, or whose writer was killed, may still take effect late, over a newer
    // one: the row stays until a write after this time has succeeded.
    unsettledUntil: integer('unsettled_until').notNull().default(0),
    // Since when the entry has been due. Null if an earlier release wrote the row.
    since: integer(),
  },
  (t) => [
    index('portcullis_denylist_outbox_by_turn').on(t.unsettledUntil, t.clientId),
    index('portcullis_denylist_outbox_by_writer').on(t.claimedBy),
  ],
)
