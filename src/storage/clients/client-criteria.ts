import type { ClientQuery } from '../../domain/clients.ts'
import type { Seconds } from '../../domain/time.ts'
import { heldByRoleSql, heldDirectlySql, permissionIds } from './access-sql.ts'
import { rawSql, type SQL, sql } from '../sql.ts'
import { statusNow } from './client-list-sql.ts'

/**
 * A condition on client `c`; and, if an index finds the clients that may meet it, a statement that
 * selects their rows.
 */
export type Criterion = { where: SQL; candidates: SQL | null }

const rowsOf = (clientIds: SQL) => sql`SELECT c.id AS client
  FROM (${clientIds}) h CROSS JOIN portcullis_clients c ON c.client_id = h.client_id`

/** The filters of a list, each by itself. */
export function criteriaOf(query: ClientQuery, now: Seconds, issuer: string): Criterion[] {
  const { tag, roleId, audience, permission, unusedSince, key } = query
  const isOfPermission = audience !== undefined || permission !== undefined
  // Every other order has an index for each status.
  const statusAlone = query.sort === 'last_used_at' ? query.status : null
  return [
    ...(tag === undefined ? [] : [tagged(tag)]),
    ...(roleId === undefined ? [] : [inRole(roleId)]),
    ...(isOfPermission ? [permitted(permissionIds(audience, permission, issuer))] : []),
    ...(unusedSince === undefined ? [] : [unused(unusedSince)]),
    ...(key === undefined ? [] : [keyed(key)]),
    ...(statusAlone === null
      ? []
      : [{ where: sql`${statusNow(now)} = ${statusAlone}`, candidates: null }]),
  ]
}

function tagged(tag: string): Criterion {
  const rows = sql`SELECT client FROM portcullis_client_tags WHERE tag = ${tag}`
  return { where: sql`EXISTS (${rows} AND client = c.id)`, candidates: rows }
}

function inRole(roleId: string): Criterion {
  const holders = sql`SELECT cr.client_id FROM portcullis_client_roles cr WHERE cr.role_id = ${roleId}`
  return {
    where: sql`EXISTS (${holders} AND cr.client_id = c.client_id)`,
    candidates: rowsOf(holders),
  }
}

function permitted(ids: SQL): Criterion {
  const [directly, byRole] = [heldDirectlySql(ids), heldByRoleSql(ids)]
  const ofClient = sql`SELECT 1 FROM portcullis_client_roles cr
    CROSS JOIN portcullis_role_permissions rp ON rp.role_id = cr.role_id
    WHERE cr.client_id = c.client_id AND rp.permission_id IN ${ids}`
  return {
    where: sql`(EXISTS (${directly} AND cp.client_id = c.client_id) OR EXISTS (${ofClient}))`,
    candidates: sql`${rowsOf(directly)} UNION ALL ${rowsOf(byRole)}`,
  }
}

/** Those that are too young to be called unused are candidates, so that counting these has an end. */
function unused(since: Seconds): Criterion {
  return {
    where: sql`(c.last_used_at < ${since} AND (c.last_used_at > 0 OR c.created_at < ${since}))`,
    candidates: sql`SELECT c.id AS client FROM portcullis_clients c
      INDEXED BY portcullis_clients_by_use WHERE c.last_used_at < ${since}`,
  }
}

function keyed(key: string): Criterion {
  const rows = credentialsSql(sql`${key}`)
  return { where: sql`c.client_id IN (${rows})`, candidates: rowsOf(rows) }
}

/** The clients of the credentials that have this id, key id or hint. */
function credentialsSql(key: SQL): SQL {
  const own = (column: string) => sql`SELECT s.client_id FROM portcullis_secrets s
    WHERE s.${rawSql(column)} = ${key}`
  return sql`${own('key_id')} UNION ALL ${own('secret_id')} UNION ALL ${own('hint')} AND s.kind = 'secret'`
}

/** The shortest beginning of a key id that is taken for one. */
const KEY_PREFIX_MIN = 6

/** Whether a word of a search may be a key id or a hint. */
export function mayBeKey(word: string): boolean {
  return /^\w{4,}$/.test(word)
}

/** The clients of the credentials that a word of a search names, also by the beginning of a key id. */
export function namedByKeySql(word: string): SQL {
  const exact = credentialsSql(sql`${word}`)
  if (word.length < KEY_PREFIX_MIN) return exact
  return sql`${exact} UNION ALL SELECT s.client_id FROM portcullis_secrets s
    WHERE s.key_id > ${word} AND s.key_id < ${word} || CAST(x'ff' AS TEXT)`
}
