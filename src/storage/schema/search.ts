import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

// Ordinary tables, because D1 cannot export a database with a virtual one, such as FTS5's. Both are
// WITHOUT ROWID, which the migration says by hand because drizzle cannot: a row is its key and is
// stored once.

/** The words of each client; for a long run, each eight consecutive characters. */
export const searchWords = sqliteTable(
  'portcullis_search_words',
  { word: text().notNull(), client: integer().notNull() },
  (t) => [primaryKey({ columns: [t.word, t.client] })],
)

/**
 * The suffixes of the words, from the second character on: stored once for a word that many clients
 * have.
 */
export const searchParts = sqliteTable(
  'portcullis_search_parts',
  { part: text().notNull(), word: text().notNull() },
  (t) => [primaryKey({ columns: [t.part, t.word] })],
)
