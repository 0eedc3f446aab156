import type { ClientQuery } from '../../domain/clients.ts'
import type { Seconds } from '../../domain/time.ts'
import { judgedPage, ordered, pageSql } from './client-list-sql.ts'
import type { Database } from '../database.ts'
import { candidatesSql, type Needle, needlesOf, RULES } from './search-words.ts'
import { joinSql, type SQL, sql } from '../sql.ts'

// A search reads a bounded number of rows, however many clients there are. Rare matches are found
// by their words and sorted. Common ones are found soon by reading along the list. Anything in
// between is read in stretches: such a page may be short, even empty, and still have a next one.

/** With more hits than this, they are not all sorted for one page. */
const HITS_MAX = 5000

/**
 * How far to read along the list: a little for very common matches, then as far as one page may.
 */
const STRETCHES = [500, 5000]

/** How many parts of the search text are looked up to find a rare one. */
const NEEDLES_MAX = 3

export type Search = ClientQuery & { q: string }
type ReadPage<Row> = (page: SQL) => Promise<(Row & { is_end: number })[]>

/**
 * The rows of a page, one more than requested; and the end of the stretch if it did not fill the
 * page.
 */
export async function searchClients<Row>(
  db: Database,
  query: Search,
  now: Seconds,
  read: ReadPage<Row>,
): Promise<{ rows: Row[]; end: Row | null }> {
  const needle = await rareNeedle(db, needlesOf(query.q, NEEDLES_MAX))
  if (needle) return { rows: await read(foundSql(query, now, needle)), end: null }
  let found: { rows: Row[]; end: Row | null } = { rows: [], end: null }
  for (const length of STRETCHES) {
    const all = await read(stretchSql(query, now, length))
    found = {
      rows: all.filter((row) => !row.is_end),
      end: all.find((row) => row.is_end) ?? null,
    }
    if (found.rows.length > query.limit || !found.end) break
  }
  return found
}

/** The rarest needle, if it is rare enough. Null while there are clients that are not indexed. */
async function rareNeedle(db: Database, needles: Needle[]): Promise<Needle | null> {
  if (needles.length === 0) return null
  const counts = needles.map((needle, i) => {
    const some = sql`SELECT 1 FROM (${candidatesSql(needle)}) LIMIT ${HITS_MAX + 1}`
    return sql`SELECT ${i} AS i, (SELECT count(*) FROM (${some})) AS n`
  })
  const [rarest] = await db.rows<{ i: number; n: number }>(sql`
    SELECT i, n FROM (${joinSql(counts, ' UNION ALL ')}) WHERE NOT EXISTS (
      SELECT 1 FROM portcullis_clients WHERE search_rules < ${RULES}) ORDER BY n LIMIT 1`)
  return rarest && rarest.n <= HITS_MAX ? (needles[rarest.i] ?? null) : null
}

/**
 * Matches among all candidates. CROSS JOIN keeps SQLite from walking all clients to look each up
 * there.
 */
function foundSql(query: Search, now: Seconds, needle: Needle): SQL {
  const from = sql`(SELECT DISTINCT client FROM (${candidatesSql(needle)})) f
    CROSS JOIN portcullis_clients c`
  const where = sql`c.id = f.client AND instr(c.search_text, ${query.q}) > 0`
  return sql`SELECT id, k, 0 AS is_end FROM (${judgedPage(query, now, from, where)})`
}

/**
 * Matches among this many rows of the list; and the last of these rows, after which it can
 * continue.
 */
function stretchSql(query: Search, now: Seconds, length: number): SQL {
  return sql`SELECT * FROM (
    WITH stretch AS MATERIALIZED (${pageSql({ ...query, limit: length - 1 }, now)})
    SELECT * FROM (
      SELECT stretch.id AS id, k, 0 AS is_end
      FROM stretch CROSS JOIN portcullis_clients c ON c.id = stretch.id
      WHERE instr(c.search_text, ${query.q}) > 0 ${ordered(query)} LIMIT ${query.limit + 1})
    UNION ALL SELECT * FROM (
      SELECT id, k, 1 FROM stretch ${ordered(query)} LIMIT 1 OFFSET ${length - 1}))`
}
