import type { ClientQuery } from '../../domain/clients.ts'
import type { Seconds } from '../../domain/time.ts'
import { criteriaOf, namedByKeySql } from './client-criteria.ts'
import { judgedPage, ordered, pageSql } from './client-list-sql.ts'
import { type Database, oneRow } from '../database.ts'
import { candidatesOf, hasWordsSql, keysOf, searchWordsOf } from './search-criterion.ts'
import { RULES } from './search-words.ts'
import { joinSql, type SQL, sql } from '../sql.ts'

// A search or a filter reads a bounded number of rows, however many clients there are. Rare matches
// are found by an index and sorted. Common ones are found soon by reading along the list. Anything
// in between is read in stretches: such a page may be short, even empty, and still have a next one.

/** With more hits than this, they are not all sorted for one page. */
const HITS_MAX = 5000

/**
 * How far to read along the list: a little for very common matches, then as far as one page may.
 */
const STRETCHES = [500, 5000]

type ReadPage<Row> = (page: SQL) => Promise<(Row & { is_end: number })[]>

/** Whether no index alone brings the list in its order. */
export function isSearch(query: ClientQuery): boolean {
  const { q, sort, status, tag, roleId, audience, permission, unusedSince, key } = query
  const filters = [tag, roleId, audience, permission, unusedSince, key]
  const isFiltered = filters.some((filter) => filter !== undefined)
  const isOfStatus = status !== null && sort === 'last_used_at'
  return isFiltered || isOfStatus || (q !== null && searchWordsOf(q).length > 0)
}

/**
 * The rows of a page, one more than requested; and the end of the stretch if it did not fill the
 * page.
 */
export async function searchClients<Row>(
  db: Database,
  issuer: string,
  query: ClientQuery,
  now: Seconds,
  read: ReadPage<Row>,
): Promise<{ rows: Row[]; end: Row | null }> {
  const { where, candidates } = await plan(db, issuer, query, now)
  if (candidates) return { rows: await read(foundSql(query, now, candidates, where)), end: null }
  let found: { rows: Row[]; end: Row | null } = { rows: [], end: null }
  for (const length of STRETCHES) {
    const all = await read(stretchSql(query, now, length, where))
    found = {
      rows: all.filter((row) => !row.is_end),
      end: all.find((row) => row.is_end) ?? null,
    }
    if (found.rows.length > query.limit || !found.end) break
  }
  return found
}

type Plan = { where: SQL; candidates: SQL | null }

/**
 * Finds the condition of a list, and the rows that may meet the rarest part of it, if they are few.
 * The words find none while there are clients that are not indexed.
 */
async function plan(db: Database, issuer: string, query: ClientQuery, now: Seconds): Promise<Plan> {
  const words = searchWordsOf(query.q ?? '')
  const filters = criteriaOf(query, now, issuer)
  const ofWords = candidatesOf(words)
  const all = [...ofWords, ...filters.flatMap(({ candidates }) => candidates ?? [])]
  const keys = keysOf(words)
  const survey = await surveyed(db, all, keys)
  const where = [
    ...(words.length > 0 ? [hasWordsSql(words, survey.isFiled, survey.named)] : []),
    ...filters.map((filter) => filter.where),
  ]
  const usable = survey.counts
    .map((n, i) => ({ n, candidates: all[i] ?? null }))
    .filter(({ n }, i) => n <= HITS_MAX && (survey.isFiled || i >= ofWords.length))
  const [rarest] = usable.toSorted((a, b) => a.n - b.n)
  return { where: joinSql(where, ' AND '), candidates: rarest?.candidates ?? null }
}

type Survey = { counts: number[]; isFiled: boolean; named: Set<string> }

/** How many rows each has, up to a bound; and which of the keys some client has. */
async function surveyed(db: Database, all: SQL[], keys: string[]): Promise<Survey> {
  if (all.length === 0 && keys.length === 0) return { counts: [], isFiled: true, named: new Set() }
  const counts = all.map(
    (rows) => sql`(SELECT count(*) FROM (SELECT 1 FROM (${rows}) LIMIT ${HITS_MAX + 1}))`,
  )
  const named = keys.map((key) => sql`CASE WHEN EXISTS (${namedByKeySql(key)}) THEN ${key} END`)
  type Row = { counts: string; named: string; unfiled: number }
  const row = await oneRow<Row>(
    db,
    sql`
    SELECT json_array(${joinSql(counts, ', ')}) AS counts, json_array(${joinSql(named, ', ')}) AS named,
      EXISTS (SELECT 1 FROM portcullis_clients WHERE search_rules < ${RULES}) AS unfiled`,
  )
  const found = (JSON.parse(row.named) as (string | null)[]).flatMap((key) => key ?? [])
  return {
    counts: JSON.parse(row.counts) as number[],
    isFiled: row.unfiled === 0,
    named: new Set(found),
  }
}

/**
 * Matches among all candidates. CROSS JOIN keeps SQLite from walking all clients to look each up
 * there.
 */
function foundSql(query: ClientQuery, now: Seconds, candidates: SQL, matches: SQL): SQL {
  const from = sql`(SELECT DISTINCT client FROM (${candidates})) f CROSS JOIN portcullis_clients c`
  const where = sql`c.id = f.client AND ${matches}`
  return sql`SELECT id, k, 0 AS is_end FROM (${judgedPage(query, now, from, where)})`
}

/**
 * Matches among this many rows of the list; and the last of these rows, after which it can
 * continue.
 */
function stretchSql(query: ClientQuery, now: Seconds, length: number, matches: SQL): SQL {
  return sql`SELECT * FROM (
    WITH stretch AS MATERIALIZED (${pageSql({ ...query, limit: length - 1 }, now)})
    SELECT * FROM (
      SELECT stretch.id AS id, k, 0 AS is_end
      FROM stretch CROSS JOIN portcullis_clients c ON c.id = stretch.id
      WHERE ${matches} ${ordered(query)} LIMIT ${query.limit + 1})
    UNION ALL SELECT * FROM (
      SELECT id, k, 1 FROM stretch ${ordered(query)} LIMIT 1 OFFSET ${length - 1}))`
}
