import { type SQL, sql } from 'drizzle-orm/sql'
import type * as schema from './schema.ts'
import type * as upkeep from './upkeep-schema.ts'

// Plain inserts, updates and deletes, typed by the schema. The names of tables and columns come from
// there as types alone: drizzle's own builders would be a seventh of the whole Worker.

type Tables = typeof schema & typeof upkeep
type TableName = keyof Tables
type Row<T extends TableName> = Tables[T]['$inferInsert']

export function insertInto<T extends TableName>(table: T, row: Row<T>): SQL {
  const columns = Object.entries(row)
  const names = sql.raw(columns.map(([name]) => snakeCase(name)).join(', '))
  const values = sql.join(
    columns.map(([, value]) => sql`${stored(value)}`),
    sql`, `,
  )
  return sql`INSERT INTO ${nameOf(table)} (${names}) VALUES (${values})`
}

/** Changes the rows whose columns are as in `key`. */
export function update<T extends TableName>(
  table: T,
  key: Partial<Row<T>>,
  changes: Partial<Row<T>>,
): SQL {
  return sql`UPDATE ${nameOf(table)} SET ${equations(changes, ', ')} WHERE ${equations(key, ' AND ')}`
}

export function deleteFrom<T extends TableName>(table: T, key: Partial<Row<T>>): SQL {
  return sql`DELETE FROM ${nameOf(table)} WHERE ${equations(key, ' AND ')}`
}

function equations(columns: object, separator: string): SQL {
  const each = Object.entries(columns).map(
    ([name, value]) => sql`${sql.raw(snakeCase(name))} = ${stored(value)}`,
  )
  return sql.join(each, sql.raw(separator))
}

function nameOf(table: string): SQL {
  return sql.raw(`portcullis_${snakeCase(table)}`)
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

function stored(value: unknown): unknown {
  return typeof value === 'boolean' ? Number(value) : (value ?? null)
}
