import { rawSql, type SQL, sql } from '../sql.ts'
import type { Access, Permission } from '../../domain/permission.ts'

/** Ids of the permissions that client `c` holds: its own, and those of its roles. */
export const held = (c: string) => `
  SELECT permission_id FROM portcullis_client_permissions WHERE client_id = ${c}.client_id
  UNION
  SELECT rp.permission_id FROM portcullis_client_roles cr
  JOIN portcullis_role_permissions rp ON rp.role_id = cr.role_id WHERE cr.client_id = ${c}.client_id`

/** `[[audience, permission], ...]` that client `c` holds. */
export const accessSql = (c: string) => `(
  SELECT json_group_array(json_array(a.audience, p.permission))
  FROM (${held(c)}) h
  JOIN portcullis_permissions p ON p.id = h.permission_id
  JOIN portcullis_apis a ON a.api_id = p.api_id)`

/**
 * `[held, same]`: the permissions that client `c` holds, as `[[audience, permission], ...]`; and,
 * if it holds permissions on several APIs (else null), every permission on them whose name another
 * of them has too, held or not. One column, because the hot path reads both, and nearly every
 * client uses one API.
 */
export const accessWithNamesakesSql = (c: string) => `(
  WITH held AS MATERIALIZED (
    SELECT p.api_id, p.permission, a.audience FROM (${held(c)}) h
    CROSS JOIN portcullis_permissions p ON p.id = h.permission_id
    CROSS JOIN portcullis_apis a ON a.api_id = p.api_id)
  SELECT json_array(
    json_group_array(json_array(audience, permission)),
    CASE WHEN min(api_id) < max(api_id) THEN (
      SELECT json_group_array(json_array(o.audience, q.permission))
      FROM (SELECT DISTINCT api_id, audience FROM held) o CROSS JOIN held n
      CROSS JOIN portcullis_permissions q
      ON q.api_id = o.api_id AND q.permission = n.permission AND o.api_id <> n.api_id) END)
  FROM held)`

/** Whether client `c` holds any permission. */
export const hasAccessSql = (c: string) => `(
  EXISTS (SELECT 1 FROM portcullis_client_permissions WHERE client_id = ${c}.client_id)
  OR EXISTS (
    SELECT 1 FROM portcullis_client_roles cr
    JOIN portcullis_role_permissions rp ON rp.role_id = cr.role_id WHERE cr.client_id = ${c}.client_id))`

/** For a WITH clause: clients that hold a permission on Portcullis itself. */
export const POWERFUL = rawSql(`
  own AS (SELECT p.id FROM portcullis_permissions p
    JOIN portcullis_apis a ON a.api_id = p.api_id WHERE a.audience IS NULL),
  powerful AS (
    SELECT client_id FROM portcullis_client_permissions WHERE permission_id IN (SELECT id FROM own)
    UNION SELECT cr.client_id FROM portcullis_role_permissions rp
    JOIN portcullis_client_roles cr ON cr.role_id = rp.role_id
    WHERE rp.permission_id IN (SELECT id FROM own))`)

/**
 * Permissions from a JSON column. The API without an audience is Portcullis itself. Another API
 * whose audience happens to be the issuer (the server has moved there) grants no rights here.
 */
export function toPermissions(json: string, issuer: string): Permission[] {
  return permissionsOf(JSON.parse(json) as Pair[], issuer)
}

/** Parses `accessWithNamesakesSql`: permissions that are not held are namesakes. */
export function toAccess(json: string, issuer: string): Access {
  const [held, same] = JSON.parse(json) as [Pair[], Pair[] | null]
  const permissions = permissionsOf(held, issuer)
  if (same === null) return { permissions, namesakes: [] }
  const known = new Set(held.map(keyOf))
  const lacked = same.filter((pair) => !known.has(keyOf(pair)))
  return { permissions, namesakes: permissionsOf(lacked, issuer) }
}

type Pair = [audience: string | null, permission: string]

/** A scope value contains no space. */
const keyOf = ([audience, permission]: Pair) => `${permission} ${audience ?? ''}`

function permissionsOf(pairs: Pair[], issuer: string): Permission[] {
  return pairs
    .filter(([audience]) => audience !== issuer)
    .map(([audience, permission]) => ({ audience: audience ?? issuer, permission }))
}

/** The reverse of `toPermissions`: one parameter for any number of permissions. */
export function fromPermissions(permissions: Permission[], issuer: string): string {
  return JSON.stringify(
    permissions.map((p) => [p.audience === issuer ? null : p.audience, p.permission]),
  )
}

/**
 * The permissions of an API, of a name, or the one that is both. The API without an audience is Portcullis;
 * another one whose audience happens to be the issuer grants nothing.
 */
export function permissionIds(
  audience: string | undefined,
  permission: string | undefined,
  issuer: string,
): SQL {
  const ofApi =
    audience === undefined
      ? sql`a.audience IS NOT ${issuer}`
      : sql`a.audience IS ${audience === issuer ? null : audience}`
  const named = permission === undefined ? sql`true` : sql`p.permission = ${permission}`
  return sql`(SELECT p.id FROM portcullis_apis a JOIN portcullis_permissions p ON p.api_id = a.api_id
    WHERE ${ofApi} AND ${named})`
}

/** The clients that hold one of these permissions by themselves. */
export const heldDirectlySql = (ids: SQL) => sql`SELECT cp.client_id
  FROM portcullis_client_permissions cp WHERE cp.permission_id IN ${ids}`

/** The clients that hold one of them by a role. */
export const heldByRoleSql = (
  ids: SQL,
) => sql`SELECT cr.client_id FROM portcullis_role_permissions rp
  CROSS JOIN portcullis_client_roles cr ON cr.role_id = rp.role_id WHERE rp.permission_id IN ${ids}`
