import type { SQL } from 'drizzle-orm'
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1'
import { SQLiteAsyncDialect } from 'drizzle-orm/sqlite-core'
import { answered } from './answered.ts'

/** A statement that is not run yet: drizzle's builders and its `sql` texts alike. */
export type Statement = SQL | { toSQL(): { sql: string; params: unknown[] } }

/** D1's primary: a binding without a session asks no replica, which could be arbitrarily old. */
export type Database = {
  /** Builds statements. */
  orm: DrizzleD1Database
  rows<T>(statement: Statement): Promise<T[]>
  /** One transaction: all or nothing. The rows of each statement. */
  batch(statements: Statement[]): Promise<unknown[][]>
}

const dialect = new SQLiteAsyncDialect()

export function openDatabase(d1: D1Database): Database {
  const prepare = (statement: Statement) => {
    const query = 'toSQL' in statement ? statement.toSQL() : dialect.sqlToQuery(statement)
    return d1.prepare(query.sql).bind(...query.params)
  }
  return {
    orm: drizzle(d1),
    async rows<T>(statement: Statement) {
      const { results } = await answered('d1', () => prepare(statement).all<T>())
      return results
    },
    // Not drizzle's own batch: it takes no `sql` text with parameters.
    async batch(statements) {
      const results = await answered('d1', () => d1.batch(statements.map(prepare)))
      return results.map((result) => result.results)
    },
  }
}
