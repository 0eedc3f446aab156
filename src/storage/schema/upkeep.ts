import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/**
 * The recipients of reminders about each credential. A row is about one threshold at a time, and goes
 * on to the next when that has come; each is sent once.
 */
export const reminders = sqliteTable(
  'portcullis_reminders',
  {
    // The credential, or `unused:` and the credential for the notice that it is not used.
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
    // The threshold that it is about: so many days before the end, 0 for after it, -1 for the notice
    // that it is not used. Null if an earlier release planned it.
    days: integer(),
  },
  (t) => [
    primaryKey({ columns: [t.secretId, t.email] }),
    index('portcullis_reminders_due').on(t.email, t.dueAt).where(sql`due_at IS NOT NULL`),
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
    // Clients that are refused often.
    index('portcullis_token_counts_refused').on(t.day, t.count).where(sql`outcome <> 'issued'`),
  ],
)

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
