import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

const keyColumns = {
  kid: text().primaryKey(),
  algorithm: text().notNull(),
  publicJwk: text('public_jwk').notNull(),
  wrappedKey: text('wrapped_key').notNull(),
  createdAt: integer('created_at').notNull(),
  activatesAt: integer('activates_at').notNull(),
  retiresAt: integer('retires_at'),
  revokedAt: integer('revoked_at'),
}

export const signingKeys = sqliteTable('portcullis_signing_keys', keyColumns)

/**
 * The keys that sign security event tokens. In a table of their own none of them can verify an access
 * token, and an earlier release, which knows one algorithm at a time, retires none.
 */
export const eventKeys = sqliteTable('portcullis_event_keys', keyColumns)

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
 * The keys that others publish, as they were read last; those columns are null before the first
 * time. The digest covers the source, the keys and both times.
 */
export const keySets = sqliteTable(
  'portcullis_key_sets',
  {
    source: text().primaryKey(),
    keys: text(),
    readAt: integer('read_at'),
    freshUntil: integer('fresh_until'),
    triedAt: integer('tried_at').notNull(),
    // Why the last attempt failed; null if it did not.
    error: text(),
    digest: text(),
    pepperVersion: text('pepper_version'),
  },
  (t) => [index('portcullis_key_sets_by_attempt').on(t.triedAt)],
)
