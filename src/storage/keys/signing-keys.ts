import { rawSql, sql } from '../sql.ts'
import type { SigningKeys } from '../../domain/signing.ts'
import type { SigningKey } from '../../domain/signing-key.ts'
import type { Database } from '../database.ts'

export function d1SigningKeys(
  db: Database,
  table: 'signing_keys' | 'event_keys' = 'signing_keys',
): SigningKeys {
  return {
    async all() {
      return db.rows<SigningKey>(sql`SELECT kid, algorithm, public_jwk AS publicJwk,
        wrapped_key AS wrappedKey, created_at AS createdAt, activates_at AS activatesAt,
        retires_at AS retiresAt, revoked_at AS revokedAt FROM ${rawSql(`portcullis_${table}`)} ORDER BY created_at, kid`)
    },
  }
}
