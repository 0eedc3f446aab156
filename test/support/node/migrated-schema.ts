import { DatabaseSync } from 'node:sqlite'
import { FILES, migrate } from '../../doubles/node/sqlite-d1.ts'

// The schema that the migrations leave, in statements that make it at once. Each test in workerd begins with an empty
// database: to go through every migration for it costs more than most of the tests.

/** The moment, in place of the real one, at which the migrations run. */
const NOW = 3_999_999_999

type Made = { type: string; name: string; sql: string }

/** The tables and indexes, their rows, and then the triggers, which are not to see those rows. */
export function migratedSchema(): string[] {
  const db = new DatabaseSync(':memory:')
  db.deserialize(migrate(FILES.length, () => NOW))
  const made = db
    .prepare(
      `SELECT type, name, sql FROM sqlite_master
       WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid`,
    )
    .all() as Made[]
  const [tables, triggers] = [made.filter(isTable), made.filter(({ type }) => type === 'trigger')]
  const others = made.filter((one) => !isTable(one) && !triggers.includes(one))
  const rows = tables.flatMap(({ name }) => insertsOf(db, name))
  db.close()
  return [
    ...[...tables, ...others].map(({ sql }) => sql),
    ...rows,
    ...noted(),
    ...triggers.map(({ sql }) => sql),
  ]
}

function isTable({ type }: Made): boolean {
  return type === 'table'
}

function insertsOf(db: DatabaseSync, table: string): string[] {
  const columns = db.prepare(`SELECT name FROM pragma_table_xinfo('${table}') WHERE hidden = 0`)
  const names = (columns.all() as { name: string }[]).map(({ name }) => `"${name}"`)
  const values = names.map((name) => `quote(${name})`).join(" || ', ' || ")
  const rows = db.prepare(`SELECT ${values} AS row FROM "${table}"`).all()
  return (rows as { row: string }[]).map(
    ({ row }) =>
      `INSERT INTO "${table}" (${names.join(', ')}) VALUES (${row.replaceAll(String(NOW), 'unixepoch()')})`,
  )
}

/** As wrangler notes which it has applied. */
function noted(): string[] {
  return [
    `CREATE TABLE "d1_migrations" (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE,
       applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)`,
    `INSERT INTO "d1_migrations" (name) VALUES ${FILES.map((file) => `('${file}')`).join(', ')}`,
  ]
}
