import { eq, sql } from 'drizzle-orm'
import type { Write } from '../domain/ledger.ts'
import type { Seconds } from '../domain/time.ts'
import { administratorStatements, configuredStatements } from './administrator-writes.ts'
import { apiStatements } from './api-writes.ts'
import { clientStatements } from './client-writes.ts'
import type { Database, Statement } from './database.ts'
import { holdStatements } from './hold-writes.ts'
import { roleStatements } from './role-writes.ts'
import { denylistOutbox, revokedTokens, signingKeys } from './schema.ts'

/** The statements of one write. They only translate: what may be written was decided before. */
export function statementsOf(db: Database, issuer: string, write: Write, at: Seconds): Statement[] {
  switch (write.kind) {
    case 'client':
      return clientStatements(db, issuer, write, at)
    case 'api':
      return apiStatements(db, write)
    case 'role':
      return roleStatements(db, issuer, write)
    case 'signing_key':
      return [signingKeyStatement(db, write)]
    case 'revoked_token': {
      const { jti, clientId, expiresAt } = write
      return [
        db.orm.insert(revokedTokens).values({ jti, clientId, expiresAt }).onConflictDoNothing(),
      ]
    }
    case 'reminders_sent':
      return sentStatements(write, at)
    case 'holds':
      return holdStatements(write, at)
    case 'administrator':
      return administratorStatements(db, write, at)
    case 'configured_administrators':
      return configuredStatements(write)
    case 'denylist':
      return [dueStatement(db, write)]
  }
}

function signingKeyStatement(db: Database, write: Write & { kind: 'signing_key' }): Statement {
  const { before, after } = write
  if (!before) return db.orm.insert(signingKeys).values(after)
  const { activatesAt, revokedAt } = after
  const where = eq(signingKeys.kid, before.kid)
  return db.orm.update(signingKeys).set({ activatesAt, revokedAt }).where(where)
}

function dueStatement(db: Database, write: Write & { kind: 'denylist' }): Statement {
  const { clientId, version } = write
  return db.orm
    .insert(denylistOutbox)
    .values({ clientId, version })
    .onConflictDoUpdate({
      target: denylistOutbox.clientId,
      set: { version: sql`excluded.version` },
    })
}

function sentStatements(write: Write & { kind: 'reminders_sent' }, at: Seconds): Statement[] {
  const secretIds = JSON.stringify(write.secretIds)
  return [
    sql`UPDATE portcullis_reminders
      SET sent_at = ${at}, due_at = NULL, failing_since = NULL, last_error = NULL
      WHERE claimed_by = ${write.claim} AND sending_at IS NOT NULL`,
    sql`UPDATE portcullis_secrets SET reminded_at = coalesce(reminded_at, ${at})
      WHERE secret_id IN (SELECT value FROM json_each(${secretIds}))`,
  ]
}
