import type { SearchIndex } from '../../domain/clients.ts'
import type { Database } from '../database.ts'
import { filedAs, partsSql, RULES, type Searched, searchTextOf } from './search-words.ts'
import { sql } from '../sql.ts'

export function d1SearchIndex(db: Database): SearchIndex {
  return { file: (limit) => fileDue(db, limit) }
}

/** The maximum text of one portion, well below the 2 MB that D1 binds. */
const CHARACTERS_MAX = 300_000

type Due = Omit<Searched, 'tags'> & { id: number; version: number; tags: string; before: string }

/** Indexes clients that are not indexed, or by older rules: each as it was read, or not at all. */
async function fileDue(db: Database, limit: number): Promise<number> {
  const due = await db.rows<Due>(sql`SELECT id, version, name, description, client_id AS clientId,
      tags, search_text AS before FROM portcullis_clients WHERE search_rules < ${RULES} LIMIT ${limit}`)
  const portion = portionOf(due)
  if (portion.length === 0) return 0
  const asRead = sql`json_each(${JSON.stringify(portion)}) j CROSS JOIN portcullis_clients c
    ON c.id = j.value ->> 0 AND c.version = j.value ->> 1`
  const words = sql`SELECT DISTINCT entry.value FROM ${asRead} CROSS JOIN json_each(j.value -> 3) entry`
  const gone = sql`SELECT DISTINCT entry.value FROM ${asRead} CROSS JOIN json_each(j.value -> 5) entry`
  await db.batch([
    sql`DELETE FROM portcullis_search_words WHERE (word, client) IN (
      SELECT entry.value, c.id FROM ${asRead} CROSS JOIN json_each(j.value -> 5) entry)`,
    sql`DELETE FROM portcullis_search_parts WHERE (part, word) IN (${partsSql(gone)})`,
    sql`INSERT OR IGNORE INTO portcullis_search_parts (part, word) ${partsSql(words)}`,
    sql`INSERT OR IGNORE INTO portcullis_search_words (word, client)
      SELECT entry.value, c.id FROM ${asRead} CROSS JOIN json_each(j.value -> 4) entry`,
    sql`UPDATE portcullis_clients SET search_rules = ${RULES}, search_text = r.text
      FROM (SELECT c.id AS id, j.value ->> 2 AS text FROM ${asRead}) r
      WHERE portcullis_clients.id = r.id`,
  ])
  return portion.length
}

type Row = [
  ...[id: number, version: number, text: string, words: string[], entries: string[]],
  ...[gone: string[]],
]

/** The entries of the text that was indexed by older rules, if it was. */
function goneSince(before: string, entries: string[]): string[] {
  const kept = new Set(entries)
  const { words, pieces } = filedAs(before)
  return [...words, ...pieces].filter((entry) => !kept.has(entry))
}

function portionOf(due: Due[]): Row[] {
  let left = CHARACTERS_MAX
  const portion: Row[] = []
  for (const { id, version, before, tags, ...texts } of due) {
    const text = searchTextOf({ ...texts, tags: JSON.parse(tags) as string[] })
    const { words, pieces } = filedAs(text)
    const entries = [...words, ...pieces]
    const row: Row = [id, version, text, [...words], entries, goneSince(before, entries)]
    left -= JSON.stringify(row).length
    if (left < 0 && portion.length > 0) break
    portion.push(row)
  }
  return portion
}
