import { rawSql, sql } from '../sql.ts'
import type { PermissionFilter, Role, Roles } from '../../domain/api.ts'
import { permissionIds, POWERFUL, toPermissions } from '../clients/access-sql.ts'
import { type Database, oneRow } from '../database.ts'
import { roleInUseBy } from './in-use.ts'
import { pageOf } from '../page.ts'
import { columns, type StoredRow } from '../statements.ts'
import { overfullByRole } from '../clients/token-weight-sql.ts'

const OWN = [
  'id',
  'roleId',
  'name',
  'nameKey',
  'description',
  'createdAt',
  'updatedAt',
  'version',
] as const

type RoleRow = StoredRow<'roles', (typeof OWN)[number]> & { permissions: string }

const COLUMNS = rawSql(`
  ${columns<'roles'>('r', OWN).text},
  (SELECT json_group_array(json_array(a.audience, p.permission) ORDER BY a.id, p.position, p.id)
   FROM portcullis_role_permissions rp
   JOIN portcullis_permissions p ON p.id = rp.permission_id
   JOIN portcullis_apis a ON a.api_id = p.api_id WHERE rp.role_id = r.role_id) AS permissions`)

export function d1Roles(db: Database, issuer: string): Roles {
  const select = (condition: ReturnType<typeof sql>) =>
    db.rows<RoleRow>(sql`SELECT ${COLUMNS} FROM portcullis_roles r WHERE ${condition}`)
  return {
    async find(roleId) {
      const [row] = await select(sql`r.role_id = ${roleId}`)
      return row ? toRole(row, issuer) : null
    },

    async findMany(roleIds) {
      if (roleIds.length === 0) return []
      const rows = await select(
        sql`r.role_id IN (SELECT value FROM json_each(${JSON.stringify(roleIds)}))`,
      )
      return rows.map((row) => toRole(row, issuer))
    },

    async list(limit, after, filter = {}) {
      const from = after ? sql`(r.name_key, r.id) > (${after[0]}, ${after[1]})` : sql`true`
      const rows = await select(
        sql`${from} AND ${givesSql(filter, issuer)} ORDER BY r.name_key, r.id LIMIT ${limit + 1}`,
      )
      return pageOf(
        rows,
        limit,
        (row) => toRole(row, issuer),
        (row) => [row.nameKey, row.id],
      )
    },

    async holders(roleId, clientId) {
      type Row = { held: number; byItself: number; byPowerful: number }
      const row = await oneRow<Row>(db, holdersSql(roleId, clientId))
      return {
        any: row.held === 1,
        byItself: row.byItself === 1,
        byPowerful: row.byPowerful === 1,
      }
    },

    inUse: (roleId) => roleInUseBy(db, roleId),

    overfullHolder: (roleId, permissions, max) =>
      overfullByRole(db, issuer, roleId, permissions, max),
  }
}

function givesSql({ audience, permission }: PermissionFilter, issuer: string) {
  if (audience === undefined && permission === undefined) return sql`true`
  return sql`r.role_id IN (SELECT rp.role_id FROM portcullis_role_permissions rp
    WHERE rp.permission_id IN ${permissionIds(audience, permission, issuer)})`
}

/** Starts from the few clients with rights here, not from the many that may hold the role. */
function holdersSql(roleId: string, clientId: string) {
  const holds = (client: ReturnType<typeof sql>) => sql`EXISTS (
    SELECT 1 FROM portcullis_client_roles WHERE role_id = ${roleId} AND client_id = ${client})`
  return sql`
    WITH ${POWERFUL}
    SELECT EXISTS (SELECT 1 FROM portcullis_client_roles WHERE role_id = ${roleId}) AS held,
      ${holds(sql`${clientId}`)} AS byItself,
      EXISTS (SELECT 1 FROM powerful WHERE ${holds(sql`powerful.client_id`)}) AS byPowerful`
}

function toRole({ id: _id, nameKey: _key, ...row }: RoleRow, issuer: string): Role {
  return { ...row, permissions: toPermissions(row.permissions, issuer) }
}
