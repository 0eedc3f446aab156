import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** Issuers whose tokens are believed. */
export const issuers = sqliteTable('portcullis_issuers', {
  id: integer().primaryKey({ autoIncrement: true }),
  issuerId: text('issuer_id').notNull().unique(),
  issuer: text().notNull().unique(),
  name: text().notNull(),
  // The settings that decide whether a token is believed, as JSON, and the keyed hash that proves them.
  trust: text().notNull(),
  digest: text().notNull(),
  pepperVersion: text('pepper_version').notNull(),
  createdAt: integer('created_at').notNull(),
  createdBy: text('created_by').notNull(),
  updatedAt: integer('updated_at').notNull(),
  version: integer().notNull(),
})
