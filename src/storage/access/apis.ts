import { rawSql, sql } from '../sql.ts'
import type { Api, ApiPermission, Apis } from '../../domain/api.ts'
import { fromPermissions, POWERFUL, toPermissions } from '../clients/access-sql.ts'
import type { Database } from '../database.ts'
import { pageOf } from '../page.ts'
import { overfullByAudience } from '../clients/token-weight-sql.ts'

type ApiRow = {
  id: number
  api_id: string
  audience: string | null
  name: string
  name_key: string
  created_at: number
  updated_at: number
  version: number
  permissions: string
}

const COLUMNS = rawSql(`
  a.id, a.api_id, a.audience, a.name, a.name_key, a.created_at, a.updated_at, a.version,
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

    async list(limit, after) {
      const from = after ? sql`(a.name_key, a.id) > (${after[0]}, ${after[1]})` : sql`true`
      const rows = await db.rows<ApiRow>(sql`SELECT ${COLUMNS} FROM portcullis_apis a WHERE ${from}
        ORDER BY a.name_key, a.id LIMIT ${limit + 1}`)
      return pageOf(
        rows,
        limit,
        (row) => toApi(row, issuer),
        (row) => [row.name_key, row.id],
      )
    },

    async holders(apiId, clientId) {
      const [row] = await db.rows<{ by_itself: number; by_powerful: number }>(
        holdersSql(apiId, clientId),
      )
      return { byItself: row?.by_itself === 1, byPowerful: row?.by_powerful === 1 }
    },

    async permissionsInUse(apiId) {
      const rows = await db.rows<{ permission: string }>(sql`
        SELECT p.permission FROM portcullis_permissions p WHERE p.api_id = ${apiId} AND (
          EXISTS (SELECT 1 FROM portcullis_client_permissions WHERE permission_id = p.id)
          OR EXISTS (SELECT 1 FROM portcullis_role_permissions WHERE permission_id = p.id))`)
      return rows.map((row) => row.permission)
    },

    async unknown(permissions) {
      if (permissions.length === 0) return []
      const [row] = await db.rows<{ unknown: string }>(sql`
        SELECT json_group_array(json(j.value)) AS unknown
        FROM json_each(${fromPermissions(permissions, issuer)}) j
        WHERE NOT EXISTS (
          SELECT 1 FROM portcullis_apis a JOIN portcullis_permissions p ON p.api_id = a.api_id
          WHERE a.audience IS (j.value ->> 0) AND p.permission = (j.value ->> 1))`)
      return toPermissions(row?.unknown ?? '[]', issuer)
    },

    overfullHolder: (apiId, audience, max) => overfullByAudience(db, apiId, audience, max),
  }
}

function holdersSql(apiId: string, clientId: string) {
  const holds = (client: ReturnType<typeof sql>) => sql`EXISTS (
    SELECT 1 FROM portcullis_permissions p WHERE p.api_id = ${apiId} AND (
      EXISTS (SELECT 1 FROM portcullis_client_permissions cp
        WHERE cp.client_id = ${client} AND cp.permission_id = p.id)
      OR EXISTS (SELECT 1 FROM portcullis_client_roles cr
        JOIN portcullis_role_permissions rp ON rp.role_id = cr.role_id
        WHERE cr.client_id = ${client} AND rp.permission_id = p.id)))`
  return sql`WITH ${POWERFUL} SELECT ${holds(sql`${clientId}`)} AS by_itself,
    EXISTS (SELECT 1 FROM powerful WHERE ${holds(sql`powerful.client_id`)}) AS by_powerful`
}

function toApi(row: ApiRow, issuer: string): Api {
  return {
    apiId: row.api_id,
    audience: row.audience ?? issuer,
    name: row.name,
    permissions: (JSON.parse(row.permissions) as Record<string, string | null>[]).map(toPermission),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    version: row.version,
    isOwn: row.audience === null,
  }
}

function toPermission(json: Record<string, string | null>): ApiPermission {
  const { permission, description, group } = json
  return {
    permission: permission ?? '',
    ...(description === null ? {} : { description }),
    ...(group === null ? {} : { group }),
  }
}
