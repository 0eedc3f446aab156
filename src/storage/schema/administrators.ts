import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'

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

/** People whom a group of the identity provider let in, or who must not be let in by one. */
export const members = sqliteTable(
  'portcullis_members',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    administratorId: text('administrator_id').notNull().unique(),
    issuer: text().notNull(),
    // Null for an address that was blocked before its person came.
    subject: text(),
    email: text().notNull(),
    // The access of the last sign-in; by itself it gives nothing.
    access: text().notNull(),
    blockedAt: integer('blocked_at'),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
    version: integer().notNull(),
  },
  (t) => [
    uniqueIndex('portcullis_members_by_subject').on(t.issuer, t.subject),
    index('portcullis_members_by_email').on(t.email),
  ],
)

/** Configured addresses that were let in: one that is removed later does not come back. */
export const configuredAdministrators = sqliteTable('portcullis_configured_administrators', {
  email: text().primaryKey(),
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
