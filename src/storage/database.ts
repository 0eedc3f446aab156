import type { SQL } from './sql.ts'
import { answered } from './answered.ts'

/** A statement with its parameters, not yet run. */
export type Statement = SQL

/**
 * D1's primary: a binding without a session never asks a replica, which could be arbitrarily old.
 */
export type Database = {
  rows<T>(statement: Statement): Promise<T[]>
  /** One transaction: all or nothing. The rows of each statement. */
  batch(statements: Statement[]): Promise<unknown[][]>
  /** The size of the database according to the last answer; null before the first. */
  bytes(): number | null
}

/** The row of a statement that always has one. */
export async function oneRow<T>(db: Database, statement: Statement): Promise<T> {
  return firstOf(await db.rows<T>(statement))
}

export function firstOf<T>(rows: T[]): T {
  const [row] = rows
  if (row === undefined) throw new Error('a statement without its row')
  return row
}

export function openDatabase(d1: D1Database): Database {
  const prepare = ({ text, values }: Statement) => d1.prepare(text).bind(...values)
  let bytes: number | null = null
  const note = (meta: D1Meta | undefined) => {
    bytes = meta?.size_after ?? bytes
  }
  return {
    async rows<T>(statement: Statement) {
      const { results, meta } = await answered('d1', () => prepare(statement).all<T>())
      note(meta)
      return results
    },
    async batch(statements) {
      const results = await answered('d1', () => d1.batch(statements.map(prepare)))
      note(results.at(-1)?.meta)
      return results.map((result) => result.results)
    },
    bytes: () => bytes,
  }
}
