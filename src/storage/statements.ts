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

/** Inserts rows, in their order, in one statement. All rows have the same columns. */
export function insertEach<T extends TableName>(table: T, rows: Row<T>[]): SQL {
  const names = Object.keys(rows[0] ?? {})
  const list = rows.map((row) => {
    const values = row as Record<string, Stored | undefined>
    return names.map((name) => stored(values[name]))
  })
  const values = names.map((_name, i) => `j.value ->> ${i}`).join(', ')
  return sql`INSERT INTO ${nameOf(table)} (${rawSql(names.map(snakeCase).join(', '))})
    SELECT ${rawSql(values)} FROM json_each(${JSON.stringify(list)}) j ORDER BY j.key`
}

/** Changes the rows whose columns match `key`. */
export function update<T extends TableName>(
  table: T,
  key: Partial<Row<T>>,
  changes: Partial<Row<T>>,
): SQL {
  return sql`UPDATE ${nameOf(table)} SET ${equations(changes, ', ')} WHERE ${equations(key, ' AND ')}`
}

/** Changes rows, each by its key, in one statement. All rows have the same columns. */
export function updateEach<T extends TableName>(
  table: T,
  key: keyof Row<T> & string,
  rows: Partial<Row<T>>[],
): SQL {
  const names = Object.keys(rows[0] ?? {}).filter((name) => name !== key)
  const list = rows.map((row) => {
    const values = row as Record<string, Stored | undefined>
    return [key, ...names].map((name) => stored(values[name]))
  })
  const changes = names.map((name, i) => `${snakeCase(name)} = j.value ->> ${i + 1}`).join(', ')
  return sql`UPDATE ${nameOf(table)} AS t SET ${rawSql(changes)} FROM json_each(${JSON.stringify(list)}) j
    WHERE ${rawSql(`t.${snakeCase(key)}`)} = j.value ->> 0`
}

/** Deletes the rows of which a column has one of these values. */
export function deleteEach<T extends TableName>(
  table: T,
  key: keyof Row<T> & string,
  values: string[],
): SQL {
  return sql`DELETE FROM ${nameOf(table)} WHERE ${rawSql(snakeCase(key))} IN (
    SELECT value FROM json_each(${JSON.stringify(values)}))`
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
  alias: string,
  names: readonly (keyof Row<T> & string)[],
): SQL {
  return rawSql(names.map((name) => `${alias}.${snakeCase(name)} AS ${name}`).join(', '))
}
