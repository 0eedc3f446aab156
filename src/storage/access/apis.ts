import { rawSql, sql } from '../sql.ts'
import type { Api, ApiPermission, Apis, PermissionFilter } from '../../domain/api.ts'
import { OWN_PERMISSIONS } from '../../domain/permission.ts'
import { fromPermissions, permissionIds, POWERFUL, toPermissions } from '../clients/access-sql.ts'
import { type Database, oneRow } from '../database.ts'
import { permissionsInUseBy } from './in-use.ts'
import { pageOf } from '../page.ts'
import { columns, type StoredRow } from '../statements.ts'
import { overfullByAudience } from '../clients/token-weight-sql.ts'

const OWN = [
  'id',
  'apiId',
  'audience',
  'name',
  'nameKey',
  'createdAt',
  'updatedAt',
  'version',
] as const

type ApiRow = StoredRow<'apis', (typeof OWN)[number]> & { permissions: string }

const COLUMNS = rawSql(`
  ${columns<'apis'>('a', OWN).text},
  (SELECT json_group_array(json_object(
     'permission', p.permission, 'description', p.description, 'group', p.permission_group)
     ORDER BY p.position, p.id)
   FROM portcullis_permissions p WHERE p.api_id = a.api_id AND p.declared) AS permissions`)

export function d1Apis(db: Database, issuer: string): Apis {
  const one = async (condition: ReturnType<typeof sql>) => {
    const query = sql`SELECT ${COLUMNS} FROM portcullis_apis a WHERE ${condition}`
    const [row] = await db.rows<ApiRow>(query)
    return row ? toApi(row, issuer) : null
  }
  return {
    find: (apiId) => one(sql`a.api_id = ${apiId}`),
    async findByAudiences(audiences) {
      const rows = await db.rows<ApiRow>(sql`SELECT ${COLUMNS}
        FROM portcullis_apis a WHERE a.audience IN
        (SELECT value FROM json_each(${JSON.stringify(audiences)}))`)
      return rows.map((row) => toApi(row, issuer))
    },

    async list(limit, after, filter = {}) {
      const from = after ? sql`(a.name_key, a.id) > (${after[0]}, ${after[1]})` : sql`true`
      const rows = await db.rows<ApiRow>(sql`SELECT ${COLUMNS} FROM portcullis_apis a
        WHERE ${from} AND ${hasSql(filter, issuer)}
        ORDER BY a.name_key, a.id LIMIT ${limit + 1}`)
      return pageOf(
        rows,
        limit,
        (row) => toApi(row, issuer),
        (row) => [row.nameKey, row.id],
      )
    },

    async holders(apiId, clientId) {
      type Row = { byItself: number; byPowerful: number }
      const row = await oneRow<Row>(db, holdersSql(apiId, clientId))
      return { byItself: row.byItself === 1, byPowerful: row.byPowerful === 1 }
    },

    async permissionsInUse(apiId) {
      const rows = await db.rows<{ permission: string }>(sql`
        SELECT p.permission FROM portcullis_permissions p WHERE p.api_id = ${apiId} AND (
          EXISTS (SELECT 1 FROM portcullis_client_permissions WHERE permission_id = p.id)
          OR EXISTS (SELECT 1 FROM portcullis_role_permissions WHERE permission_id = p.id))`)
      return rows.map((row) => row.permission)
    },

    inUse: (apiId, permissions) => permissionsInUseBy(db, apiId, permissions),

    async unknown(permissions) {
      if (permissions.length === 0) return []
      const { unknown } = await oneRow<{ unknown: string }>(
        db,
        sql`
        SELECT json_group_array(json(j.value)) AS unknown
        FROM json_each(${fromPermissions(permissions, issuer)}) j
        WHERE NOT EXISTS (
          SELECT 1 FROM portcullis_apis a JOIN portcullis_permissions p ON p.api_id = a.api_id
          WHERE a.audience IS (j.value ->> 0) AND p.permission = (j.value ->> 1))`,
      )
      return toPermissions(unknown, issuer)
    },

    overfullHolder: (apiId, audience, max) => overfullByAudience(db, apiId, audience, max),
  }
}

function hasSql({ audience, permission }: PermissionFilter, issuer: string) {
  if (audience === undefined && permission === undefined) return sql`true`
  const ids = permissionIds(audience, permission, issuer)
  const ofPermission = sql`a.api_id IN (SELECT api_id FROM portcullis_permissions WHERE id IN ${ids})`
  if (permission !== undefined) return ofPermission
  return sql`a.audience IS ${audience === issuer ? null : (audience ?? null)}`
}

function holdersSql(apiId: string, clientId: string) {
  const holds = (client: ReturnType<typeof sql>) => sql`EXISTS (
    SELECT 1 FROM portcullis_permissions p WHERE p.api_id = ${apiId} AND (
      EXISTS (SELECT 1 FROM portcullis_client_permissions cp
        WHERE cp.client_id = ${client} AND cp.permission_id = p.id)
      OR EXISTS (SELECT 1 FROM portcullis_client_roles cr
        JOIN portcullis_role_permissions rp ON rp.role_id = cr.role_id
        WHERE cr.client_id = ${client} AND rp.permission_id = p.id)))`
  return sql`WITH ${POWERFUL} SELECT ${holds(sql`${clientId}`)} AS byItself,
    EXISTS (SELECT 1 FROM powerful WHERE ${holds(sql`powerful.client_id`)}) AS byPowerful`
}

function toApi({ id: _id, nameKey: _key, ...row }: ApiRow, issuer: string): Api {
  const isOwn = row.audience === null
  const stored = JSON.parse(row.permissions) as Record<string, string | null>[]
  const permissions = stored.map(toPermission)
  return {
    ...row,
    audience: row.audience ?? issuer,
    permissions: isOwn ? permissions.map(describedNow) : permissions,
    isOwn,
  }
}

/** The row of the server's own API has the words of the release that made the table. */
function describedNow(one: ApiPermission): ApiPermission {
  const descriptions: Record<string, string> = OWN_PERMISSIONS
  const description = descriptions[one.permission]
  return description === undefined ? one : { ...one, description }
}

function toPermission(json: Record<string, string | null>): ApiPermission {
  const { permission, description, group } = json
  return {
    permission: permission ?? '',
    ...(description === null ? {} : { description }),
    ...(group === null ? {} : { group }),
  }
}
