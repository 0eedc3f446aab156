import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'

const MIGRATIONS = join(import.meta.dirname, '../../../migrations')

/** D1 as it was at a moment, whole. */
export type Snapshot = Uint8Array

/** Runs one round trip, whose statements these are, in its own way. */
export type Around = <T>(texts: string[], run: () => Promise<T>) => Promise<T>

export type SqliteD1 = {
  d1: D1Database
  /** Another binding of the same database, whose every call goes through `around`. */
  binding(around: Around): D1Database
  /** Reads past the server, for a test. */
  rows<T>(text: string): T[]
  /**
   * A copy of D1 as it is now, and D1 restored to it, as Time Travel does: at once and as a whole.
   */
  snapshot(): Snapshot
  rewind(snapshot: Snapshot): void
  /** Every cell of every table of ours, as one text. */
  dump(): string
}

let migrated: Snapshot | null = null

/**
 * D1 in this process's memory: SQLite with the migrations applied. It does what the server asks of D1
 * (test/doubles/d1-contract.ts is run on both) some fifty times as fast, its clock is `now`, in whole
 * seconds, and it can be taken back.
 */
export function sqliteD1(now: () => number): SqliteD1 {
  migrated ??= migrate()
  let db = open(migrated, now)
  const prepared = new Map<string, StatementSync>()
  let bytes: number | null = null
  const rewind = (snapshot: Snapshot) => {
    // Another connection: SQLite may have statements of the old one open.
    prepared.clear()
    bytes = null
    db.close()
    db = open(snapshot, now)
  }

  const prepare = (text: string): StatementSync => {
    const old = prepared.get(text)
    if (old) return old
    const made = db.prepare(text)
    prepared.set(text, made)
    return made
  }
  // A statement that only reads changes no size.
  const sizeAfter = (text: string) => {
    if (bytes === null || !/^\s*SELECT\b/i.test(text)) {
      bytes = (prepare(SIZE).all() as [{ bytes: number }])[0].bytes
    }
    return { size_after: bytes }
  }
  function binding(around: Around): D1Database {
    return asBinding({
      exec: (text: string) =>
        around([text], async () => {
          bytes = null
          asD1Says(() => db.exec(text))
        }),
      prepare: (text: string) => statement(text, [], around),
      batch: (list: SqliteStatement[]) =>
        around(
          list.map((one) => one.text),
          async () => transaction(list),
        ),
    })
  }

  function statement(text: string, values: unknown[], around: Around): SqliteStatement {
    const now = () => {
      const rows = prepare(text).all(...values.map(stored)) as Record<string, unknown>[]
      return { success: true, meta: sizeAfter(text), results: rows.map((row) => ({ ...row })) }
    }
    const all = () => around([text], async () => asD1Says(now))
    return {
      text,
      now,
      bind: (...bound: unknown[]) => statement(text, bound, around),
      all,
      run: all,
      first: async (column?: string) => {
        const row = (await all()).results[0] ?? null
        return row && column !== undefined ? row[column] : row
      },
      raw: async () => (await all()).results.map((row) => Object.values(row)),
    }
  }

  function transaction(list: SqliteStatement[]): Result[] {
    db.exec('BEGIN')
    try {
      const results = asD1Says(() => list.map((one) => one.now()))
      db.exec('COMMIT')
      return results
    } catch (error) {
      bytes = null
      if (db.isTransaction) db.exec('ROLLBACK')
      throw error
    }
  }

  function dump(): string {
    const tables = db
      .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'portcullis_%'")
      .all() as { name: string }[]
    return tables
      .map(({ name }) => JSON.stringify([name, db.prepare(`SELECT * FROM ${name}`).all()]))
      .join('\n')
  }

  return {
    d1: binding(nextTurn),
    binding,
    rows: <T>(text: string) => {
      bytes = null
      return prepare(text).all() as T[]
    },
    snapshot: () => db.serialize(),
    rewind,
    dump,
  }
}

const SIZE = `SELECT page_count * page_size AS bytes FROM pragma_page_count(), pragma_page_size()`

/** As over the network: the call is made after the caller went on. */
const nextTurn: Around = async (_texts, run) => {
  await Promise.resolve()
  return run()
}

/** The part of the binding that the server uses. */
function asBinding(double: unknown): D1Database {
  return double as D1Database
}

type Result = { success: boolean; meta: object; results: Record<string, unknown>[] }

type SqliteStatement = {
  text: string
  now(): Result
  bind(...values: unknown[]): SqliteStatement
  all(): Promise<Result>
  run(): Promise<Result>
  first(column?: string): Promise<unknown>
  raw(): Promise<unknown[][]>
}

function open(snapshot: Snapshot, now: () => number): DatabaseSync {
  const db = new DatabaseSync(':memory:')
  db.deserialize(snapshot)
  db.exec('PRAGMA foreign_keys = on')
  // As SQLite's own it is asked once a statement.
  db.function('unixepoch', { deterministic: true }, () => now())
  return db
}

/** The migrations, in their order. */
export const FILES = readdirSync(MIGRATIONS)
  .filter((file) => file.endsWith('.sql'))
  .sort()

/** A database with so many of the migrations applied, by this clock where it is not the real one. */
export function migrate(many = FILES.length, now?: () => number): Snapshot {
  const db = new DatabaseSync(':memory:')
  if (now) db.function('unixepoch', now)
  for (const file of FILES.slice(0, many)) db.exec(readFileSync(join(MIGRATIONS, file), 'utf8'))
  const snapshot = db.serialize()
  db.close()
  return snapshot
}

function stored(value: unknown): SQLInputValue {
  if (typeof value === 'boolean') return Number(value)
  if (value === undefined) {
    throw new Error("D1_TYPE_ERROR: Type 'undefined' not supported for value 'undefined'")
  }
  return value as SQLInputValue
}

function asD1Says<T>(run: () => T): T {
  try {
    return run()
  } catch (error) {
    if (!(error instanceof Error) || error.message.startsWith('D1_')) throw error
    throw new Error(`D1_ERROR: ${error.message}: SQLITE_ERROR`, { cause: error })
  }
}
