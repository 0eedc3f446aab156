import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { leftBy } from '../scripts/migration-marks.ts'
import { MIGRATIONS } from '../src/storage/migrations.ts'

const ROOT = join(import.meta.dirname, '..')
const sqlOf = (folder: string) => readdirSync(folder).filter((file) => file.endsWith('.sql'))
const migrations = sqlOf(join(ROOT, 'migrations'))

// drizzle-kit rebuilds a table by copying it to __new_... and dropping it: D1 then reports success and
// has lost what pointed to it.
it.each(migrations)('%s drops and rebuilds no table', (file) => {
  const text = readFileSync(join(ROOT, 'migrations', file), 'utf8')
  expect(text).not.toMatch(/DROP TABLE|__new_|ON DELETE CASCADE/i)
})

it('the migrations are what the schema says', () => {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-migrations-'))
  cpSync(join(ROOT, 'migrations'), join(folder, 'migrations'), { recursive: true })
  const schema = join(ROOT, 'src/storage/*schema.ts')
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
  const text = migrations.map((file) => readFileSync(join(ROOT, 'migrations', file), 'utf8')).join()
  const names = [...text.matchAll(/CREATE (?:VIRTUAL )?TABLE [`"]?(\w+)/g)].map((match) => match[1])
  expect(names.length).toBeGreaterThan(10)
  expect(names.filter((name) => !name?.startsWith('portcullis_'))).toEqual([])
})
