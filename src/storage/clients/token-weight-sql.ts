import type { Client } from '../../domain/client.ts'
import type { Permission } from '../../domain/permission.ts'
import { fromPermissions } from './access-sql.ts'
import type { Database } from '../database.ts'
import { rawSql, type SQL, sql } from '../sql.ts'

// The weight that access adds to a token, computed like `weightOf` in domain/token-size.ts.
// Portcullis itself is the API without an audience, and counts for nothing: its permissions go into
// a separate token.

type Overfull = Promise<Pick<Client, 'clientId' | 'name'> | null>

const AUDIENCES = rawSql('coalesce(sum(length(json_quote(audience)) + 1), 0)')
const NAMES = rawSql('coalesce(sum(length(permission) + 1), 0)')

/** The weight of `named`, a table of audiences and permissions. */
const WEIGHT = sql`(
  SELECT ${AUDIENCES} FROM (SELECT DISTINCT audience FROM named WHERE audience IS NOT NULL)) + (
  SELECT ${NAMES} FROM (SELECT DISTINCT permission FROM named WHERE audience IS NOT NULL))`

/** More than twice the length of an id. */
const CLIENT_IDS_MAX = 200

/** A holder of the role for whom these permissions would be too much. */
export function overfullByRole(
  db: Database,
  issuer: string,
  roleId: string,
  permissions: Permission[],
  max: number,
): Overfull {
  const holders = sql`SELECT client_id FROM portcullis_client_roles WHERE role_id = ${roleId}`
  const others = held(rawSql('a.audience'), roleId)
  const json = fromPermissions(permissions, issuer)
  const named = sql`${others} UNION SELECT value ->> 0, value ->> 1 FROM json_each(${json})`
  const names = permissions.reduce((sum, { permission }) => sum + permission.length + 1, 0)
  return firstOverfull(db, { holders, named, anew: roleId, more: names, max })
}

/** A client with a permission on the API for whom this audience would be too long. */
export function overfullByAudience(
  db: Database,
  apiId: string,
  audience: string,
  max: number,
): Overfull {
  const its = sql`SELECT id FROM portcullis_permissions WHERE api_id = ${apiId}`
  const holders = sql`SELECT client_id FROM portcullis_client_permissions WHERE permission_id IN (${its})
    UNION SELECT client_id FROM portcullis_client_roles WHERE role_id IN (
      SELECT role_id FROM portcullis_role_permissions WHERE permission_id IN (${its}))`
  const renamed = sql`CASE a.api_id WHEN ${apiId} THEN ${audience} ELSE a.audience END AS audience`
  const more = JSON.stringify(audience).length
  return firstOverfull(db, { holders, named: held(renamed, ''), anew: '', more, max })
}

/** The permissions of client `c`, direct and by its roles other than `anew`. */
function held(audience: SQL, anew: string): SQL {
  return sql`SELECT ${audience}, p.permission FROM (
      SELECT permission_id FROM portcullis_client_permissions WHERE client_id = c.client_id
      UNION SELECT rp.permission_id FROM portcullis_client_roles cr
      JOIN portcullis_role_permissions rp ON rp.role_id = cr.role_id
      WHERE cr.client_id = c.client_id AND cr.role_id <> ${anew}) x
    JOIN portcullis_permissions p ON p.id = x.permission_id
    JOIN portcullis_apis a ON a.api_id = p.api_id`
}

/**
 * A cheap upper bound of the weight of client `c`: every existing audience, and each name as often
 * as the client has it.
 */
function atMost(anew: string, more: number): SQL {
  return sql`2 * length(c.client_id) + ${more} + (SELECT ${AUDIENCES} FROM portcullis_apis)
    + (SELECT ${NAMES} FROM portcullis_client_permissions cp
      JOIN portcullis_permissions p ON p.id = cp.permission_id WHERE cp.client_id = c.client_id)
    + (SELECT ${NAMES} FROM portcullis_client_roles cr
      JOIN portcullis_role_permissions rp ON rp.role_id = cr.role_id
      JOIN portcullis_permissions p ON p.id = rp.permission_id
      WHERE cr.client_id = c.client_id AND cr.role_id <> ${anew})`
}

type Question = { holders: SQL; named: SQL; anew: string; more: number; max: number }

/**
 * The first of `holders` for whom `named` weighs more than `max`. There may be a hundred thousand:
 * none is read if everything that exists weighs less, and few are examined closely.
 */
async function firstOverfull(
  db: Database,
  { holders, named, anew, more, max }: Question,
): Overfull {
  const all = rawSql(`SELECT a.audience, p.permission FROM portcullis_permissions p
    JOIN portcullis_apis a ON a.api_id = p.api_id`)
  // CROSS keeps this order, so that the holders are read last.
  const [row] = await db.rows<{ clientId: string; name: string }>(sql`
    SELECT c.client_id AS clientId, c.name FROM (
      SELECT 1 WHERE (WITH named AS (${all}) SELECT ${WEIGHT}) + ${more + CLIENT_IDS_MAX} > ${max})
    CROSS JOIN portcullis_clients c WHERE c.client_id IN (${holders})
    AND ${atMost(anew, more)} > ${max}
    AND 2 * length(c.client_id) + (WITH named AS MATERIALIZED (${named}) SELECT ${WEIGHT}) > ${max}
    LIMIT 1`)
  return row ?? null
}
