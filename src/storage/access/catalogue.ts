import {
  type Catalogue,
  type RoleOrApi,
  type HolderCounts,
  HOLDERS_MAX,
} from '../../domain/catalogue.ts'
import { heldByRoleSql, heldDirectlySql, permissionIds } from '../clients/access-sql.ts'
import { type Database, oneRow } from '../database.ts'
import { type SQL, sql } from '../sql.ts'

const NAMES_MAX = 500

type Row = { kind: 'api' | 'role'; id: string | null; name: string }

/** One statement, because every page of the list of clients asks for it. */
export function d1Catalogue(db: Database, issuer: string): Catalogue {
  return {
    holders: (held) => oneRow<HolderCounts>(db, holdersSql(held, issuer)),

    async names() {
      const rows = await db.rows<Row>(sql`${named(sql`SELECT 'api' AS kind, audience AS id, name
          FROM portcullis_apis ORDER BY name_key, id`)}
        UNION ALL ${named(sql`SELECT 'role', role_id, name FROM portcullis_roles ORDER BY name_key, id`)}`)
      const apis = rows.filter(({ kind }) => kind === 'api')
      const roles = rows.filter(({ kind }) => kind === 'role')
      return {
        apis: apis.map(({ id, name }) => ({ audience: id ?? issuer, name, isOwn: id === null })),
        roles: roles.map(({ id, name }) => ({ roleId: id ?? '', name })),
      }
    },
  }
}

function holdersSql(held: RoleOrApi, issuer: string): SQL {
  if ('roleId' in held) {
    const clients = sql`SELECT client_id FROM portcullis_client_roles WHERE role_id = ${held.roleId}`
    return sql`SELECT ${counted(clients)} AS clients, 0 AS roles`
  }
  const ids = permissionIds(held.audience, undefined, issuer)
  const clients = sql`SELECT DISTINCT client_id
    FROM (${heldDirectlySql(ids)} UNION ALL ${heldByRoleSql(ids)})`
  const roles = sql`SELECT DISTINCT role_id FROM portcullis_role_permissions
    WHERE permission_id IN ${ids}`
  return sql`SELECT ${counted(clients)} AS clients, ${counted(roles)} AS roles`
}

function counted(rows: SQL): SQL {
  return sql`(SELECT count(*) FROM (${rows} LIMIT ${HOLDERS_MAX}))`
}

function named(rows: SQL): SQL {
  return sql`SELECT * FROM (${rows} LIMIT ${NAMES_MAX})`
}
