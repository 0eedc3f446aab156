import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

// Ordinary tables: D1 exports no database that has a virtual one, such as FTS5's. Both are WITHOUT
// ROWID, which the migration says by hand, because drizzle cannot: a row is its key and is kept once.

/** Which client has which word; of a long run of characters, each eight of them that follow each other. */
export const searchWords = sqliteTable(
  'portcullis_search_words',
  { word: text().notNull(), client: integer().notNull() },
  (t) => [primaryKey({ columns: [t.word, t.client] })],
)

/** How the words go on from their second character, their third and so on: a word that many have is here once. */
export const searchParts = sqliteTable(
  'portcullis_search_parts',
  { part: text().notNull(), word: text().notNull() },
  (t) => [primaryKey({ columns: [t.part, t.word] })],
)
