import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** A table, trigger or index of the schema; or a column, as `table.column`. */
type Marks = Set<string>

const HEADING = `// Made by \`npm run migrations\`: what each migration leaves, by which /health sees that it was applied, in whichever
// way a host applies them.
export const MIGRATIONS: [name: string, leaves: string[]][] = [
`

/** The text of src/storage/migrations.ts, not formatted yet. */
export function migrationsText(folder: string): string {
  const rows = leftBy(folder).map(([name, marks]) => {
    const texts = marks.map((mark) => `'${mark}'`)
    return `  ['${name}', [${texts.join(', ')}]],\n`
  })
  return `${HEADING}${rows.join('')}]\n`
}

type Step = { name: string; made: string[]; took: Marks }

/** Each migration with what it made and no later one took away. */
export function leftBy(folder: string): [string, string[]][] {
  const db = new DatabaseSync(':memory:')
  const steps = migrationsIn(folder).map((file): Step => {
    const before = marksOf(db)
    db.exec(readFileSync(join(folder, file), 'utf8'))
    const after = marksOf(db)
    const took = new Set([...before].filter((mark) => !after.has(mark)))
    return { name: file.replace(/\.sql$/, ''), made: [...added(before, after)], took }
  })
  const now = marksOf(db)
  db.close()
  return steps.map(({ name, made }) => {
    const left = made.filter((mark) => now.has(mark))
    return [name, left.length > 0 ? needed(left) : [replaced(needed(made)[0] ?? '', steps)]]
  })
}

/** Where nothing is left of a migration: what it made, or instead of it what the one made that took it away. */
function replaced(mark: string, steps: Step[]): string {
  const later = steps.find(({ took }) => took.has(mark))
  return `${mark}|${needed(later?.made ?? [])[0]}`
}

function migrationsIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .toSorted()
}

/** Columns of a table that is new go without saying. */
function added(before: Marks, after: Marks): Marks {
  return new Set(
    [...after].filter((mark) => {
      const [table = ''] = mark.split('.')
      return !before.has(mark) && (!mark.includes('.') || before.has(table))
    }),
  )
}

/** What the code cannot do without; indexes where there is nothing else, because they come and go. */
function needed(marks: string[]): string[] {
  const others = marks.filter((mark) => !mark.startsWith(INDEX))
  if (marks.length === 0) throw new Error('a migration leaves nothing by which it could be seen')
  return (others.length > 0 ? others : marks).map((mark) => mark.replace(INDEX, ''))
}

const INDEX = 'index '

function marksOf(db: DatabaseSync): Marks {
  const rows = db
    .prepare(
      `SELECT iif(type = 'index', '${INDEX}', '') || name AS mark FROM sqlite_master
       WHERE name GLOB 'portcullis_*' AND name NOT GLOB 'portcullis_client_search_*'
         OR type = 'trigger' AND name GLOB 'portcullis_*'
       UNION ALL SELECT m.name || '.' || c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c
       WHERE m.type = 'table' AND m.name GLOB 'portcullis_*'`,
    )
    .all()
  return new Set(rows.map((row) => String(row['mark'])))
}
