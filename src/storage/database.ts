import type { SQL } from 'drizzle-orm/sql'
import { answered } from './answered.ts'

/** A statement with its parameters, not run yet. */
export type Statement = SQL

/** D1's primary: a binding without a session asks no replica, which could be arbitrarily old. */
export type Database = {
  rows<T>(statement: Statement): Promise<T[]>
  /** One transaction: all or nothing. The rows of each statement. */
  batch(statements: Statement[]): Promise<unknown[][]>
}

// SQLite's marks; no statement here has a name or text that it would have to quote.
const DIALECT = {
  escapeName: (name: string) => `"${name}"`,
  escapeParam: () => '?',
  escapeString: (text: string) => `'${text.replaceAll("'", "''")}'`,
} as unknown as Parameters<SQL['toQuery']>[0]

export function openDatabase(d1: D1Database): Database {
  const prepare = (statement: Statement) => {
    const query = statement.toQuery(DIALECT)
    return d1.prepare(query.sql).bind(...query.params)
  }
  return {
    async rows<T>(statement: Statement) {
      const { results } = await answered('d1', () => prepare(statement).all<T>())
      return results
    },
    async batch(statements) {
      const results = await answered('d1', () => d1.batch(statements.map(prepare)))
      return results.map((result) => result.results)
    },
  }
}
