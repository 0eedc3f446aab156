import { eq, sql } from 'drizzle-orm'
import type { Administrator } from '../domain/administrator.ts'
import type { Write } from '../domain/ledger.ts'
import type { Seconds } from '../domain/time.ts'
import type { Database, Statement } from './database.ts'
import { administrators } from './upkeep-schema.ts'

export function administratorStatements(
  db: Database,
  { before, after }: Write & { kind: 'administrator' },
  at: Seconds,
): Statement[] {
  if (!after) return before ? [deletion(db, before)] : []
  return [
    before ? update(db, after) : db.orm.insert(administrators).values(after),
    ...(isNewlyReminded(before, after) ? [planRemindersAnew(at)] : []),
  ]
}

/** Once noted, an address stays noted. */
export function configuredStatements({
  emails,
}: Write & { kind: 'configured_administrators' }): Statement[] {
  return [
    sql`INSERT OR IGNORE INTO portcullis_configured_administrators (email)
      SELECT value FROM json_each(${JSON.stringify(emails)})`,
  ]
}

function update(
  db: Database,
  { administratorId, email, access, updatedAt, version }: Administrator,
) {
  return db.orm
    .update(administrators)
    .set({ email, access, updatedAt, version })
    .where(eq(administrators.administratorId, administratorId))
}

function deletion(db: Database, { administratorId }: Administrator): Statement {
  return db.orm.delete(administrators).where(eq(administrators.administratorId, administratorId))
}

/** Those with `manage` are reminded, at their address. */
function isNewlyReminded(before: Administrator | null, after: Administrator): boolean {
  if (after.access !== 'manage') return false
  return before?.access !== 'manage' || before.email !== after.email
}

/** Reminders that were planned name those who were there then. */
function planRemindersAnew(at: Seconds): Statement {
  return sql`UPDATE portcullis_secrets SET reminders_planned = 0
    WHERE reminders_planned = 1 AND expires_at > ${at}`
}
