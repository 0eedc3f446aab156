import { sql } from 'drizzle-orm'
import type { HealthProbes } from '../domain/ports.ts'
import { answered } from './answered.ts'
import type { Database } from './database.ts'

export function healthProbes(db: Database, kv: KVNamespace): HealthProbes {
  return {
    async d1() {
      await db.rows(sql`SELECT 1`)
    },
    async kv() {
      await answered('kv', () => kv.get('health'))
    },
  }
}
