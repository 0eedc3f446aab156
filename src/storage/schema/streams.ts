import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/**
 * The streams of security events, one for each receiver. A trigger on `clients` deletes the stream of a
 * client that is deleted, so that an earlier release deletes it, too.
 */
export const eventStreams = sqliteTable('portcullis_event_streams', {
  streamId: text('stream_id').primaryKey(),
  clientId: text('client_id').notNull().unique(),
  // The last event of the audit log that is delivered.
  seq: integer().notNull(),
  // When the next push is due. Null: nothing is pushed.
  dueAt: integer('due_at'),
  version: integer().notNull(),
  // The rest, as JSON.
  state: text().notNull(),
})
