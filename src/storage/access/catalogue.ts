import type { Catalogue } from '../../domain/catalogue.ts'
import type { Database } from '../database.ts'
import { type SQL, sql } from '../sql.ts'

const NAMES_MAX = 500

type Row = { kind: 'api' | 'role'; id: string | null; name: string }

/** One statement, because every page of the list of clients asks for it. */
export function d1Catalogue(db: Database, issuer: string): Catalogue {
  return {
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

function named(rows: SQL): SQL {
  return sql`SELECT * FROM (${rows} LIMIT ${NAMES_MAX})`
}
