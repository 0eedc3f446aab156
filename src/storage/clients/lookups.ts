import type { Found, Lookups } from '../../domain/lookup.ts'
import type { LookupKey, LookupKeyName } from '../../domain/lookup-text.ts'
import type { Database } from '../database.ts'
import { joinSql, type SQL, sql } from '../sql.ts'
import { CLIENT_COLUMNS, type ClientRow, toClient } from './client-rows.ts'

// Each of these walks one index. Their conditions repeat those of the partial indexes to the letter.

/** The character after the last of base62: everything that begins with a text is before it. */
const BEYOND = '{'

const WHERE: Record<Exclude<LookupKeyName, 'client_id' | 'jti'>, (value: string) => SQL> = {
  credential_id: (value) => sql`secret_id = ${value}`,
  key_id: (value) => sql`key_id >= ${value} AND key_id < ${value + BEYOND} AND kind = 'secret'`,
  hint: (value) => sql`hint = ${value} AND kind = 'secret'`,
  kid: (value) => sql`material ->> 'kid' = ${value} AND kind = 'public_key'`,
  thumbprint: (value) => sql`material ->> 'thumbprint' = ${value}
    AND kind IN ('public_key', 'certificate')`,
}

function foundBy({ by, value }: LookupKey): SQL {
  switch (by) {
    case 'client_id':
      return sql`SELECT client_id, NULL AS credential_id, ${by} AS found_by
        FROM portcullis_clients WHERE client_id = ${value}`
    case 'jti':
      return sql`SELECT client_id, NULL AS credential_id, ${by} AS found_by
        FROM portcullis_revoked_tokens WHERE jti = ${value}`
    default:
      return sql`SELECT client_id, secret_id AS credential_id, ${by} AS found_by
        FROM portcullis_secrets WHERE ${WHERE[by](value)}`
  }
}

type Row = ClientRow & { credentialId: string | null; foundBy: LookupKeyName }

export function d1Lookups(db: Database, issuer: string): Lookups {
  return {
    async find(keys, limit): Promise<Found[]> {
      if (keys.length === 0) return []
      const each = keys.map((key) => sql`SELECT * FROM (${foundBy(key)} LIMIT ${limit})`)
      const rows = await db.rows<Row>(sql`WITH found AS (${joinSql(each, ' UNION ALL ')})
        SELECT ${CLIENT_COLUMNS}, found.credential_id AS credentialId, found.found_by AS foundBy
        FROM found CROSS JOIN portcullis_clients c ON c.client_id = found.client_id LIMIT ${limit}`)
      return rows.map((row) => ({
        client: toClient(row, issuer),
        credentialId: row.credentialId,
        by: row.foundBy,
      }))
    },
  }
}
