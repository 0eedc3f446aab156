import type { SQLInputValue } from 'node:sqlite'
import { connected, Connection, handBack, type Snapshot } from './connection.ts'

export { FILES, migrate, type Snapshot } from './connection.ts'

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
  /** Nothing asks it any longer: calls that come all the same are never answered. */
  close(): void
}

/**
 * D1 in this process's memory: SQLite with the migrations applied. It does what the server asks of D1
 * (test/doubles/d1-contract.ts is run on both) some fifty times as fast, its clock is `now`, in whole
 * seconds, and it can be taken back.
 */
export function sqliteD1(now: () => number): SqliteD1 {
  let open: Connection | null = connected(now)
  let bytes: number | null = null
  const connection = () => {
    if (!open) throw new Error('a database that was closed')
    return open
  }
  const answered = async <T>(work: () => T): Promise<T> =>
    open ? asD1Says(work) : new Promise<never>(() => {})
  const prepare = (text: string) => connection().prepare(text)
  const rewind = (snapshot: Snapshot) => {
    bytes = null
    if (connection().goBackTo(snapshot)) return
    connection().db.close()
    open = new Connection(snapshot, now)
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
        around([text], () =>
          answered(() => {
            bytes = null
            connection().exec(text)
          }),
        ),
      prepare: (text: string) => statement(text, [], around),
      batch: (list: SqliteStatement[]) =>
        around(
          list.map((one) => one.text),
          () => answered(() => transaction(list)),
        ),
    })
  }

  function statement(text: string, values: unknown[], around: Around): SqliteStatement {
    const now = () => {
      const rows = prepare(text).all(...values.map(stored)) as Record<string, unknown>[]
      return { success: true, meta: sizeAfter(text), results: rows.map((row) => ({ ...row })) }
    }
    const all = () => around([text], () => answered(now))
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
    try {
      return connection().atOnce(() => list.map((one) => one.now()))
    } catch (error) {
      bytes = null
      throw error
    }
  }

  function dump(): string {
    const tables = prepare(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'portcullis_%'",
    ).all() as { name: string }[]
    return tables
      .map(({ name }) => JSON.stringify([name, prepare(`SELECT * FROM ${name}`).all()]))
      .join('\n')
  }

  return {
    d1: binding(nextTurn),
    binding,
    rows: <T>(text: string) => {
      bytes = null
      return prepare(text).all() as T[]
    },
    snapshot: () => connection().snapshot(),
    rewind,
    dump,
    close: () => {
      handBack(connection())
      open = null
    },
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
