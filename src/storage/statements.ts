import { joinSql, rawSql, type SQL, sql, type Value } from './sql.ts'
import type { Tables } from './schema/tables.ts'

// Plain inserts, updates and deletes, typed by the schema. Table and column names are imported as
// types alone: drizzle itself is not part of the Worker.

type TableName = keyof Tables
type Row<T extends TableName> = Tables[T]['$inferInsert']
type Stored = Value | boolean | string[]

export function insertInto<T extends TableName>(table: T, row: Row<T>): SQL {
  const columns = Object.entries<Stored | undefined>(row)
  const names = rawSql(columns.map(([name]) => snakeCase(name)).join(', '))
  const values = joinSql(
    columns.map(([, value]) => sql`${stored(value)}`),
    ', ',
  )
  return sql`INSERT INTO ${nameOf(table)} (${names}) VALUES (${values})`
}

/** Changes the rows whose columns match `key`. */
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
  const each = Object.entries<Stored | undefined>({ ...columns }).map(
    ([name, value]) => sql`${rawSql(snakeCase(name))} = ${stored(value)}`,
  )
  return joinSql(each, separator)
}

function nameOf(table: string): SQL {
  return rawSql(`portcullis_${snakeCase(table)}`)
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

function stored(value: Stored | undefined): Value {
  if (Array.isArray(value)) return JSON.stringify(value)
  return typeof value === 'boolean' ? Number(value) : (value ?? null)
}

/** A row as SQLite gives it back: a boolean is a number, a list is JSON. */
export type StoredRow<T extends TableName, K extends keyof Tables[T]['$inferSelect']> = {
  [C in K]: AsStored<Tables[T]['$inferSelect'][C]>
}

type AsStored<T> = T extends boolean ? 0 | 1 : T extends string[] ? string : T

/** Columns for a SELECT, each under its name in the code: `c.client_id AS clientId`. */
export function columns<T extends TableName>(
  _table: T,
  alias: string,
  names: readonly (keyof Row<T> & string)[],
): SQL {
  return rawSql(names.map((name) => `${alias}.${snakeCase(name)} AS ${name}`).join(', '))
}
