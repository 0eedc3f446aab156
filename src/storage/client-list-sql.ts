import { joinSql, rawSql, type SQL, sql } from './sql.ts'
import type { ClientQuery } from '../domain/ports.ts'
import type { ClientStatus } from '../domain/status.ts'
import type { Seconds } from '../domain/time.ts'
import { soonestExpirySql, statusSql } from './status-sql.ts'

const PAST = rawSql('portcullis_clients c INDEXED BY portcullis_clients_by_listed_until')
const BY_STATUS = rawSql('portcullis_clients c INDEXED BY portcullis_clients_by_status_expiry')

/** Ids and sort keys of a page, one more than asked for. Each branch walks one index from the cursor. */
export function pageSql(query: ClientQuery, now: Seconds): SQL {
  const search = query.q === null ? null : searchSql(query.q)
  // What is too short for the search index is looked for along the order, as far as the page goes.
  if (search && query.sort === 'attention' && [...(query.q ?? '')].length < 3) {
    return attentionPage(query, now, search.where)
  }
  if (search) return judgedPage(query, now, search.from, search.where)
  if (query.sort === 'attention') return attentionPage(query, now, sql`true`)
  const listed = sql`portcullis_clients c INDEXED BY ${rawSql(indexFor(query))}`
  if (!query.status && query.sort !== 'expires_at') return listedPage(query, listed, sql`true`)
  const ofStatus = query.status ? sql`c.listed_status = ${query.status}` : sql`true`
  const fresh = listedPage(query, listed, sql`c.listed_until > ${now} AND ${ofStatus}`)
  const stale = judgedPage(query, now, PAST, sql`c.listed_until <= ${now}`)
  return sql`SELECT * FROM (${fresh}) UNION ALL SELECT * FROM (${stale})
    ORDER BY k ${direction(query)}, id ${direction(query)} LIMIT ${query.limit + 1}`
}

/** Named, because SQLite without statistics prefers the order to the filter, and walks all clients. */
function indexFor({ status, sort }: ClientQuery): string {
  const orders = {
    name: 'name',
    '-created_at': 'creation',
    expires_at: 'expiry',
    attention: 'expiry',
  }
  const order = orders[sort]
  return `portcullis_clients_by_${status ? 'status_' : ''}${order}`
}

// The trigram index knows substrings of three characters and more; a shorter one is found by reading
// on in the order of the list, which finds it soon as it is common, or is not there.
function searchSql(q: string): { from: SQL; where: SQL } {
  const clients = sql`portcullis_clients c`
  if ([...q].length < 3) return { from: clients, where: sql`instr(c.search_text, ${q}) > 0` }
  const phrase = `"${q.replaceAll('"', '""')}"`
  return {
    // CROSS JOIN keeps SQLite from walking all clients to look each up in what was found.
    from: sql`portcullis_client_search f CROSS JOIN ${clients}`,
    where: sql`f.portcullis_client_search MATCH ${phrase} AND c.id = f.rowid`,
  }
}

/** By the columns that lists go by. */
function listedPage(query: ClientQuery, from: SQL, where: SQL): SQL {
  return page(query, from, where, listedKey(query))
}

/** By the rule itself, for rows whose columns may be out of date. */
function judgedPage(query: ClientQuery, now: Seconds, from: SQL, where: SQL): SQL {
  const judged = query.status ? sql`${where} AND ${statusSql(now)} = ${query.status}` : where
  const key =
    query.sort === 'attention'
      ? attentionKey(rankSql(now), soonestExpirySql(now))
      : query.sort === 'expires_at'
        ? soonestExpirySql(now)
        : listedKey(query)
  return page(query, from, judged, key)
}

function page(query: ClientQuery, from: SQL, where: SQL, key: SQL): SQL {
  const way = direction(query)
  const after = query.after ? afterSql(query, key) : sql`true`
  return sql`SELECT c.id, ${key} AS k FROM ${from} WHERE ${where} AND ${after}
    ORDER BY ${key} ${way}, c.id ${way} LIMIT ${query.limit + 1}`
}

function afterSql(query: ClientQuery, key: SQL): SQL {
  const [at, id] = query.after ?? [0, 0]
  return query.sort === '-created_at'
    ? sql`(${key}, c.id) < (${at}, ${id})`
    : sql`(${key}, c.id) > (${at}, ${id})`
}

function direction(query: ClientQuery): SQL {
  return rawSql(query.sort === '-created_at' ? 'DESC' : 'ASC')
}

function listedKey(query: ClientQuery): SQL {
  const columns = {
    name: 'c.name_key',
    '-created_at': 'c.created_at',
    expires_at: 'c.listed_expiry',
    attention: 'c.listed_expiry',
  }
  return rawSql(columns[query.sort])
}

/** In the order in which they need a person. */
const RANKS: ClientStatus[] = ['expired', 'needs_attention', 'available', 'suspended']

/**
 * By rank, then by soonest expiry: each status walks its index from the cursor, those before the
 * cursor's not at all. (D1 takes no more than five branches.)
 */
function attentionPage(query: ClientQuery, now: Seconds, where: SQL): SQL {
  const [at, id] = query.after ?? ['0:0', 0]
  const [from = 0, expiry = 0] = String(at).split(':').map(Number)
  const branches = RANKS.flatMap((status, rank) => {
    if (rank < from || (query.status && query.status !== status)) return []
    const isWithin = rank === from && query.after
    const after = isWithin ? sql`(c.listed_expiry, c.id) > (${expiry}, ${id})` : sql`true`
    return [
      sql`SELECT * FROM (SELECT c.id, ${attentionKey(rawSql(`${rank}`), sql`c.listed_expiry`)} AS k
      FROM ${BY_STATUS} WHERE c.listed_status = ${status} AND c.listed_until > ${now}
      AND ${where} AND ${after} ORDER BY c.listed_expiry, c.id LIMIT ${query.limit + 1})`,
    ]
  })
  const stale = judgedPage(query, now, PAST, sql`c.listed_until <= ${now} AND ${where}`)
  return sql`${joinSql([...branches, sql`SELECT * FROM (${stale})`], ' UNION ALL ')}
    ORDER BY k, id LIMIT ${query.limit + 1}`
}

/** A text that sorts as its two numbers do. */
function attentionKey(rank: SQL, expiry: SQL): SQL {
  return sql`printf('%d:%016d', ${rank}, ${expiry})`
}

function rankSql(now: Seconds): SQL {
  const cases = RANKS.map((status, rank) => rawSql(`WHEN '${status}' THEN ${rank}`))
  return sql`CASE ${statusSql(now)} ${joinSql(cases, ' ')} END`
}

/** How many have each status: counted along an index, and those whose time has come judged anew. */
export function countsSql(now: Seconds): SQL {
  const past = sql`FROM ${PAST} WHERE c.listed_until <= ${now}`
  return sql`SELECT status, sum(n) AS n FROM (
    SELECT c.listed_status AS status, count(*) AS n FROM ${BY_STATUS} GROUP BY c.listed_status
    UNION ALL SELECT c.listed_status, -1 ${past}
    UNION ALL SELECT ${statusSql(now)}, 1 ${past}) GROUP BY status`
}
