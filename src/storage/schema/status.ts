import { sql } from 'drizzle-orm'
import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/**
 * The status lists. A trigger gives each client and token generation the next place of the newest
 * open list, in an order that `multiplier` and `shift` shuffle; `given` counts them, and no place is
 * given twice.
 */
export const statusLists = sqliteTable(
  'portcullis_status_lists',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    listId: text('list_id').notNull().unique(),
    multiplier: integer().notNull(),
    shift: integer().notNull(),
    given: integer().notNull().default(0),
    openedAt: integer('opened_at').notNull(),
    // Null while it gives places.
    closedAt: integer('closed_at'),
    // Since when no client has a place in it.
    retiredAt: integer('retired_at'),
  },
  (t) => [
    // Those that give places: few.
    index('portcullis_status_lists_open').on(t.id).where(sql`closed_at IS NULL AND given < 4096`),
  ],
)
