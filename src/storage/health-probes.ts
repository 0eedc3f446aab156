import { sql } from './sql.ts'
import type { HealthProbes } from '../domain/upkeep-ports.ts'
import { GIVEN_UP_AFTER } from '../domain/reminder.ts'
import { MINUTE } from '../domain/time.ts'
import { answered } from './answered.ts'
import type { Database } from './database.ts'
import { schemaProbe } from './schema-probe.ts'

export function healthProbes(db: Database, kv: KVNamespace): HealthProbes {
  return {
    missingMigrations: schemaProbe(db),
    async kv() {
      await answered('kv', () => kv.get('health'))
    },
    async backlog(now) {
      const [row] = await db.rows<BacklogRow>(sql`SELECT
        (SELECT count(*) FROM portcullis_denylist_outbox) AS entries,
        (SELECT count(*) FROM portcullis_reminders WHERE due_at IS NOT NULL) AS reminders,
        (SELECT count(*) FROM portcullis_reminders
         WHERE failing_since <= ${now - GIVEN_UP_AFTER} AND due_at IS NOT NULL) AS given_up,
        (SELECT count(*) FROM portcullis_reminders
         WHERE due_at IS NULL AND sent_at IS NULL AND sending_at <= ${now - MINUTE}) AS uncertain,
        (SELECT last_error FROM portcullis_reminders WHERE failing_since IS NOT NULL
         ORDER BY failing_since DESC LIMIT 1) AS error`)
      return {
        denylistEntries: row?.entries ?? 0,
        reminders: row?.reminders ?? 0,
        remindersGivenUp: row?.given_up ?? 0,
        remindersUncertain: row?.uncertain ?? 0,
        lastMailError: row?.error ?? null,
      }
    },
  }
}

type BacklogRow = {
  entries: number
  reminders: number
  given_up: number
  uncertain: number
  error: string | null
}
