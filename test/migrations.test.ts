import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { leftBy } from '../scripts/migration-marks.ts'
import { MIGRATIONS } from '../src/storage/migrations.ts'
import { FILES, migrate } from './doubles/node/sqlite-d1.ts'
import { migratedSchema } from './support/node/migrated-schema.ts'

const ROOT = join(import.meta.dirname, '..')
const sqlOf = (folder: string) => readdirSync(folder).filter((file) => file.endsWith('.sql'))
const migrations = sqlOf(join(ROOT, 'migrations'))

const textOf = (file: string) => readFileSync(join(ROOT, 'migrations', file), 'utf8')

// drizzle-kit rebuilds a table by copying it to __new_... and dropping it: D1 then reports success and
// has lost what pointed to it.
it.each(migrations)('%s drops and rebuilds no table', (file) => {
  const text = textOf(file)
  expect(text).not.toMatch(/__new_|ON DELETE CASCADE/i)
  expect(
    [...text.matchAll(/DROP TABLE\W+(\w+)/gi)].filter(([, name]) => !isMereIndex(name)),
  ).toEqual([])
})

/** A virtual table that indexed the rows of another one: nothing can point to it, and it holds nothing else. */
function isMereIndex(table: string | undefined): boolean {
  const all = migrations.map(textOf).join('\n')
  const made = new RegExp(`CREATE VIRTUAL TABLE ${table} USING fts5\\([^;]*content='\\w+'`)
  return made.test(all) && !new RegExp(`REFERENCES\\W+${table}\\b`, 'i').test(all)
}

// D1 exports no database that has one, and so no backup of a host's own tables either.
it('no virtual table is left when all are applied', () => {
  const all = migrations.map(textOf).join('\n')
  const made = [...all.matchAll(/CREATE VIRTUAL TABLE (\w+)/gi)].map((match) => match[1])
  expect(made.filter((name) => !all.includes(`DROP TABLE ${name};`))).toEqual([])
})

it('the migrations are what the schema says', () => {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-migrations-'))
  cpSync(join(ROOT, 'migrations'), join(folder, 'migrations'), { recursive: true })
  const schema = join(ROOT, 'src/storage/schema/*.ts')
  // drizzle-kit reads --out against its own folder, absolute or not.
  const args = ['generate', '--dialect=sqlite', `--schema=${schema}`, '--out=migrations']
  const bin = join(ROOT, 'node_modules/drizzle-kit/bin.cjs')
  const output = execFileSync(process.execPath, [bin, ...args], { cwd: folder, encoding: 'utf8' })
  expect(output).toContain('No schema changes')
  expect(sqlOf(join(folder, 'migrations'))).toEqual(migrations)
  rmSync(folder, { recursive: true })
})

it('what health looks for is what each migration leaves: run `npm run migrations`', () => {
  expect(MIGRATIONS).toEqual(leftBy(join(ROOT, 'migrations')))
  expect(MIGRATIONS.map(([name]) => `${name}.sql`)).toEqual(migrations)
})

it('every table has the prefix that keeps it apart from those of a host', () => {
  const text = migrations.map(textOf).join()
  const names = [...text.matchAll(/CREATE (?:VIRTUAL )?TABLE [`"]?(\w+)/g)].map((match) => match[1])
  expect(names.length).toBeGreaterThan(10)
  expect(names.filter((name) => !name?.startsWith('portcullis_'))).toEqual([])
})

/** All that a database is, whatever was made first. */
function contentOf(db: DatabaseSync): unknown[] {
  const made = db
    .prepare('SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name')
    .all() as { type: string; name: string }[]
  const tables = made.filter(({ type }) => type === 'table')
  return [...made, ...tables.map(({ name }) => db.prepare(`SELECT * FROM "${name}"`).all())]
}

it('what the tests in workerd begin with is what the migrations leave', () => {
  const now = () => 1_800_000_000
  const [migrated, made] = [new DatabaseSync(':memory:'), new DatabaseSync(':memory:')]
  migrated.deserialize(migrate(FILES.length, now))
  made.function('unixepoch', now)
  for (const sql of migratedSchema()) made.exec(sql)
  const noted = made.prepare('SELECT name FROM d1_migrations ORDER BY id').all()
  expect(noted.map(({ name }) => name)).toEqual(FILES)
  made.exec('DROP TABLE d1_migrations')
  expect(contentOf(made)).toEqual(contentOf(migrated))
})
