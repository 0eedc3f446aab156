import type { ClientQuery } from '../domain/ports.ts'
import type { Seconds } from '../domain/time.ts'
import { judgedPage, ordered, pageSql } from './client-list-sql.ts'
import type { Database } from './database.ts'
import { type SQL, sql } from './sql.ts'

// No search costs more than so many rows, however many clients there are. What is rare is found by the
// trigram index and sorted; what is common by reading on along the list, which finds it soon. What is
// neither, or too short for the index, is read for in stretches: such a page may be short, even empty,
// and yet have a next one.

/** Above so many hits they are not all sorted for the sake of one page. */
const HITS_MAX = 5000

/** How far is read along the list: a little for what is everywhere, then as far as one page goes. */
const STRETCHES = [500, 5000]

/** The trigram index knows substrings of so many characters and more. */
const INDEXED_MIN = 3

export type Search = ClientQuery & { q: string }
type ReadPage<Row> = (page: SQL) => Promise<(Row & { is_end: number })[]>

/** The rows of a page, one more than asked for; and where the stretch ended that did not fill it. */
export async function searchClients<Row>(
  db: Database,
  query: Search,
  now: Seconds,
  read: ReadPage<Row>,
): Promise<{ rows: Row[]; end: Row | null }> {
  if (await isRare(db, query.q)) return { rows: await read(foundSql(query, now)), end: null }
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

async function isRare(db: Database, q: string): Promise<boolean> {
  if ([...q].length < INDEXED_MIN) return false
  const [hits] = await db.rows<{ n: number }>(sql`SELECT count(*) AS n FROM (
    SELECT 1 FROM portcullis_client_search
    WHERE portcullis_client_search MATCH ${phraseOf(q)} LIMIT ${HITS_MAX + 1})`)
  return (hits?.n ?? 0) <= HITS_MAX
}

/** Of all that the index finds. CROSS JOIN keeps SQLite from walking all clients to look each up there. */
function foundSql(query: Search, now: Seconds): SQL {
  const from = sql`portcullis_client_search f CROSS JOIN portcullis_clients c`
  const where = sql`f.portcullis_client_search MATCH ${phraseOf(query.q)} AND c.id = f.rowid`
  return sql`SELECT id, k, 0 AS is_end FROM (${judgedPage(query, now, from, where)})`
}

function phraseOf(q: string): string {
  return `"${q.replaceAll('"', '""')}"`
}

/** Of so many rows of the list; and the last of them, behind which it may go on. */
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
