import type { ClientQuery } from '../../domain/clients.ts'
import type { PagePosition } from '../../domain/page.ts'
import type { ClientStatus } from '../../domain/status.ts'
import type { Seconds } from '../../domain/time.ts'
import { soonestExpirySql, statusSql } from './status-sql.ts'
import { joinSql, rawSql, type SQL, sql } from '../sql.ts'

/** A list without a search text: of the filters, the status applies. */
export type ListQuery = Omit<ClientQuery, 'q'>

/** The clients whose time has come, with `c.listed_until <= now`. */
export const PAST = rawSql('portcullis_clients c INDEXED BY portcullis_clients_by_listed_until')
const BY_USE = rawSql('portcullis_clients c INDEXED BY portcullis_clients_by_use')
const BY_STATUS = rawSql('portcullis_clients c INDEXED BY portcullis_clients_by_status_expiry')

/**
 * Ids and sort keys of a page, one more than requested. Each branch walks one index from the
 * cursor.
 */
export function pageSql(query: ListQuery, now: Seconds): SQL {
  if (query.sort === 'attention') return attentionPage(query, now)
  if (query.sort === 'last_used_at') return leastUsedPage(query)
  const listed = sql`portcullis_clients c INDEXED BY ${rawSql(indexFor(query))}`
  if (!query.status && query.sort !== 'expires_at') return listedPage(query, listed, sql`true`)
  const ofStatus = query.status ? sql`c.listed_status = ${query.status}` : sql`true`
  const start = query.sort === 'expires_at' ? isAhead(now) : sql`true`
  const fresh = listedPage(query, listed, sql`c.listed_until > ${now} AND ${ofStatus}`, start)
  const stale = judgedPage(query, now, PAST, sql`c.listed_until <= ${now}`)
  return sql`SELECT * FROM (${fresh}) UNION ALL SELECT * FROM (${stale})
    ${ordered(query)} LIMIT ${query.limit + 1}`
}

/**
 * Whatever the status: an index of its own for each would cost two rows more for each use that is
 * noted, so that such a list is read in stretches (client-search.ts).
 */
function leastUsedPage(query: ListQuery): SQL {
  const before = query.unusedSince
  const isUnused = before === undefined ? sql`true` : sql`c.last_used_at < ${before}`
  return listedPage(query, BY_USE, isUnused)
}

/**
 * The index is named because SQLite without statistics prefers the order to the filter, and walks
 * all clients.
 */
function indexFor({ status, sort }: ListQuery): string {
  const orders = {
    name: 'name',
    '-created_at': 'creation',
    expires_at: 'expiry',
    attention: 'expiry',
    last_used_at: 'use',
  }
  const order = orders[sort]
  return `portcullis_clients_by_${status ? 'status_' : ''}${order}`
}

/**
 * Where the rows begin whose columns still hold: by soonest expiry, those whose time has come are first, and would
 * all be read before the first that is listed.
 */
const isAhead = (now: Seconds) => sql`c.listed_expiry > ${now}`

/** Uses the columns kept for lists. */
function listedPage(query: ListQuery, from: SQL, where: SQL, start = sql`true`): SQL {
  const key = listedKey(query)
  return onward(query, key, query.after, start, (after) =>
    page(query, from, sql`${where} AND ${after}`, key),
  )
}

/**
 * Continues along an index from the cursor. Rows that share its key come first, in a branch of
 * their own: SQLite seeks an index by the first half of a pair alone, and would read all rows of
 * the same midnight up to the second half. Without a cursor, the list begins at `start`.
 */
function onward(
  query: ListQuery,
  key: SQL,
  cursor: PagePosition | null,
  start: SQL,
  branch: (after: SQL) => SQL,
): SQL {
  if (cursor === null) return branch(start)
  const [at, id] = cursor
  const beyond = rawSql(query.sort === '-created_at' ? '<' : '>')
  return sql`SELECT * FROM (${branch(sql`${key} = ${at} AND c.id ${beyond} ${id}`)})
    UNION ALL SELECT * FROM (${branch(sql`${key} ${beyond} ${at}`)})
    ${ordered(query)} LIMIT ${query.limit + 1}`
}

/** Applies the status rule itself, for rows whose list columns are, or may be, out of date. */
export function judgedPage(query: ListQuery, now: Seconds, from: SQL, where: SQL): SQL {
  const judged = query.status ? sql`${where} AND ${statusNow(now)} = ${query.status}` : where
  const key =
    query.sort === 'attention'
      ? attentionKey(rankSql(now), expiryNow(now))
      : query.sort === 'expires_at'
        ? expiryNow(now)
        : listedKey(query)
  const after = query.after ? afterSql(query, key) : sql`true`
  return page(query, from, sql`${judged} AND ${after}`, key)
}

/** The status of client `c`. */
export const statusNow = (now: Seconds) => whereStale(now, 'status', statusSql(now))
const expiryNow = (now: Seconds) => whereStale(now, 'expiry', soonestExpirySql(now))

/**
 * Reads what was noted last; or, once its time is over, what was noted to come then. The rule has to read
 * the secrets and the access, and is applied where neither holds: because the cron did not run, or the
 * client or its access has changed. A release that knows nothing of `next_version` leaves an older one.
 */
function whereStale(now: Seconds, noted: 'status' | 'expiry', rule: SQL): SQL {
  return sql`CASE WHEN c.listed_until > ${now} THEN ${rawSql(`c.listed_${noted}`)}
    WHEN c.listed_until > 0 AND c.next_until > ${now} AND c.next_version = c.version
      THEN ${rawSql(`c.next_${noted}`)}
    ELSE ${rule} END`
}

function page(query: ListQuery, from: SQL, where: SQL, key: SQL): SQL {
  const way = direction(query)
  return sql`SELECT c.id, ${key} AS k FROM ${from} WHERE ${where}
    ORDER BY ${key} ${way}, c.id ${way} LIMIT ${query.limit + 1}`
}

function afterSql(query: ListQuery, key: SQL): SQL {
  const [at, id] = query.after ?? [0, 0]
  return query.sort === '-created_at'
    ? sql`(${key}, c.id) < (${at}, ${id})`
    : sql`(${key}, c.id) > (${at}, ${id})`
}

function direction(query: ListQuery): SQL {
  return rawSql(query.sort === '-created_at' ? 'DESC' : 'ASC')
}

/** For rows that have their sort key in `k`. */
export function ordered(query: ListQuery): SQL {
  return sql`ORDER BY k ${direction(query)}, id ${direction(query)}`
}

function listedKey(query: ListQuery): SQL {
  const columns = {
    name: 'c.name_key',
    '-created_at': 'c.created_at',
    expires_at: 'c.listed_expiry',
    attention: 'c.listed_expiry',
    last_used_at: 'c.last_used_at',
  }
  return rawSql(columns[query.sort])
}

/** In the order in which they need a person's attention. */
const RANKS: ClientStatus[] = ['expired', 'needs_attention', 'available', 'suspended']

/**
 * Ordered by rank, then by soonest expiry: each status walks its index from the cursor; statuses
 * before the cursor's are skipped. (D1 accepts at most five branches.)
 */
function attentionPage(query: ListQuery, now: Seconds): SQL {
  const [at, id] = query.after ?? ['0:0', 0]
  const [from = 0, expiry = 0] = String(at).split(':').map(Number)
  const branches = RANKS.flatMap((status, rank) => {
    if (rank < from || (query.status && query.status !== status)) return []
    const key = attentionKey(rawSql(`${rank}`), sql`c.listed_expiry`)
    const branch = (beyond: SQL) => sql`SELECT c.id, ${key} AS k FROM ${BY_STATUS}
      WHERE c.listed_status = ${status} AND c.listed_until > ${now} AND ${beyond}
      ORDER BY c.listed_expiry, c.id LIMIT ${query.limit + 1}`
    const cursor: PagePosition | null = query.after && rank === from ? [expiry, id] : null
    return [
      sql`SELECT * FROM (${onward(query, sql`c.listed_expiry`, cursor, isAhead(now), branch)})`,
    ]
  })
  const stale = judgedPage(query, now, PAST, sql`c.listed_until <= ${now}`)
  return sql`${joinSql([...branches, sql`SELECT * FROM (${stale})`], ' UNION ALL ')}
    ORDER BY k, id LIMIT ${query.limit + 1}`
}

/** A text that sorts like its two numbers. */
function attentionKey(rank: SQL, expiry: SQL): SQL {
  return sql`printf('%d:%016d', ${rank}, ${expiry})`
}

function rankSql(now: Seconds): SQL {
  const cases = RANKS.map((status, rank) => rawSql(`WHEN '${status}' THEN ${rank}`))
  return sql`CASE ${statusNow(now)} ${joinSql(cases, ' ')} END`
}
