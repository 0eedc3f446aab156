import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'

const MIGRATIONS = join(import.meta.dirname, '../../../migrations')

/** D1 as it was at a moment, whole. */
export type Snapshot = Uint8Array

type Clock = () => number

/**
 * SQLite in memory, in a transaction that began with the last snapshot: to go back to that one is to roll back, after
 * which prepared statements are still good. Another connection would have to parse the schema and each statement again,
 * which takes longer than most tests do.
 */
export class Connection {
  now: Clock
  #base: Snapshot
  readonly db = new DatabaseSync(':memory:')
  readonly #prepared = new Map<string, StatementSync>()
  #isUntouched = true

  constructor(base: Snapshot, now: Clock) {
    this.#base = base
    this.now = now
    this.db.deserialize(base)
    this.db.exec('PRAGMA foreign_keys = on')
    // As SQLite's own it is asked once a statement.
    this.db.function('unixepoch', { deterministic: true }, () => this.now())
    this.db.exec('BEGIN')
  }

  prepare(text: string): StatementSync {
    this.#isUntouched = false
    const old = this.#prepared.get(text)
    if (old) return old
    const made = this.db.prepare(text)
    this.#prepared.set(text, made)
    return made
  }

  exec(text: string): void {
    this.#isUntouched = false
    this.db.exec(text)
  }

  /** All of what `work` does, or none of it. */
  atOnce<T>(work: () => T): T {
    this.db.exec('SAVEPOINT batch')
    try {
      const done = work()
      this.db.exec('RELEASE batch')
      return done
    } catch (error) {
      this.db.exec('ROLLBACK TO batch; RELEASE batch')
      throw error
    }
  }

  snapshot(): Snapshot {
    if (this.#isUntouched) return this.#base
    this.db.exec('COMMIT')
    this.#base = this.db.serialize()
    this.#isUntouched = true
    this.db.exec('BEGIN')
    return this.#base
  }

  /** Whether it could be done: a connection knows only the last of its snapshots. */
  goBackTo(snapshot: Snapshot): boolean {
    if (snapshot !== this.#base) return false
    this.db.exec('ROLLBACK; BEGIN')
    this.#isUntouched = true
    return true
  }
}

/** The migrations, in their order. */
export const FILES = readdirSync(MIGRATIONS)
  .filter((file) => file.endsWith('.sql'))
  .sort()

/** A database with so many of the migrations applied, by this clock where it is not the real one. */
export function migrate(many = FILES.length, now?: Clock): Snapshot {
  const db = new DatabaseSync(':memory:')
  if (now) db.function('unixepoch', now)
  for (const file of FILES.slice(0, many)) db.exec(readFileSync(join(MIGRATIONS, file), 'utf8'))
  const snapshot = db.serialize()
  db.close()
  return snapshot
}

// Beyond this module: where mutants are tried, it is loaded again for each of them.
const shared = globalThis as { migratedD1?: Snapshot }
const migrated = (): Snapshot => (shared.migratedD1 ??= migrate())

const idle: Connection[] = []

/** A migrated database with nothing in it. */
export function connected(now: Clock): Connection {
  const known = idle.pop()
  if (!known) return new Connection(migrated(), now)
  known.now = now
  return known
}

/** For another test, which begins with an empty database. */
export function handBack(connection: Connection): void {
  if (connection.goBackTo(migrated())) idle.push(connection)
  else connection.db.close()
}
