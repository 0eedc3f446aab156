import type { HealthProbes } from '../../domain/backlog.ts'
import { MINUTE, type Seconds } from '../../domain/time.ts'
import type { Database } from '../database.ts'
import { MIGRATIONS } from '../migrations.ts'
import { sql } from '../sql.ts'

/** How long a complete schema is cached: a restore reverts it, and monitors ask each minute. */
const BELIEVED: Seconds = 10 * MINUTE

type Row = { name: string; sql: string | null }

/**
 * Inspects the tables themselves, because hosts apply migrations in their own ways and record them
 * in their own tables.
 */
export function schemaProbe(db: Database): HealthProbes['missingMigrations'] {
  let believedUntil: Seconds = 0
  return async (now) => {
    // If the clock jumps back, the result is not cached for longer.
    if (now < believedUntil && now >= believedUntil - BELIEVED) return []
    const rows = await db.rows<Row>(
      sql`SELECT name, sql FROM sqlite_master WHERE name GLOB 'portcullis_*'`,
    )
    const missing = missingFrom(rows)
    believedUntil = missing.length === 0 ? now + BELIEVED : 0
    return missing
  }
}

function missingFrom(rows: Row[]): string[] {
  const definitions = new Map(rows.map(({ name, sql: text }) => [name, text ?? '']))
  const isThere = (marks: string) => marks.split('|').some(isOneThere)
  const isOneThere = (mark: string) => {
    const [name = '', column] = mark.split('.')
    const definition = definitions.get(name)
    if (definition === undefined) return false
    // SQLite appends an added column to the definition, in the words of the statement that added
    // it.
    return column === undefined || new RegExp(`\\b${column}\\b`).test(definition)
  }
  return MIGRATIONS.filter(([, marks]) => !marks.every(isThere)).map(([name]) => name)
}
