import type { SigningKeys } from '../domain/ports.ts'
import type { Algorithm } from '../domain/signing-key.ts'
import { answered } from './answered.ts'
import type { Database } from './database.ts'
import { signingKeys } from './schema.ts'

export function d1SigningKeys(db: Database): SigningKeys {
  return {
    async all() {
      const query = db.orm
        .select()
        .from(signingKeys)
        .orderBy(signingKeys.createdAt, signingKeys.kid)
      const rows = await answered('d1', () => query)
      return rows.map((row) => ({ ...row, algorithm: row.algorithm as Algorithm }))
    },
  }
}
