import { sql } from '../sql.ts'
import type { Write } from '../../domain/ledger.ts'
import type { Seconds } from '../../domain/time.ts'
import {
  administratorStatements,
  configuredStatements,
} from '../administrators/administrator-writes.ts'
import { apiStatements } from '../access/api-writes.ts'
import { clientStatements } from '../clients/client-writes.ts'
import type { Statement } from '../database.ts'
import { quarantineStatements } from '../clients/quarantine-writes.ts'
import { recordStatement } from './idempotency-records.ts'
import { issuerStatements } from '../federation/issuers.ts'
import { roleStatements } from '../access/role-writes.ts'
import { memberStatements } from '../administrators/members.ts'
import { endSessionsSql, sessionStatements } from '../administrators/sessions.ts'
import { streamStatements } from '../streams/stream-writes.ts'
import { toldStatement } from '../upkeep/due-notices.ts'
import { insertInto, update } from '../statements.ts'

/**
 * The statements of the writes of one change. They only translate: which writes are allowed was
 * decided before. Clients and their denylist entries are written many at a time.
 */
export function statementsOf(issuer: string, writes: Write[], at: Seconds): Statement[] {
  const clients = writes.filter((write) => write.kind === 'client')
  const due = writes.filter((write) => write.kind === 'denylist')
  return [
    ...clientStatements(issuer, clients, at),
    ...writes.flatMap((write) => otherStatements(issuer, write, at)),
    ...(due.length > 0 ? [dueStatement(due)] : []),
  ]
}

function otherStatements(issuer: string, write: Write, at: Seconds): Statement[] {
  switch (write.kind) {
    case 'client':
    case 'denylist':
      return []
    case 'api':
      return apiStatements(write)
    case 'role':
      return roleStatements(issuer, write)
    case 'issuer':
      return issuerStatements(write)
    case 'signing_key':
      return [signingKeyStatement(write)]
    case 'event_stream':
      return streamStatements(write)
    case 'revoked_token': {
      const { jti, clientId, expiresAt } = write
      return [
        sql`${insertInto('revokedTokens', { jti, clientId, expiresAt })} ON CONFLICT DO NOTHING`,
      ]
    }
    case 'reminders_sent':
      return sentStatements(write, at)
    case 'expiries_told':
      return write.secretIds.length > 0 ? [toldStatement(write, at)] : []
    case 'holds':
      return quarantineStatements(write, at)
    case 'administrator':
      return administratorStatements(write, at)
    case 'member':
      return memberStatements(write)
    case 'configured_administrators':
      return configuredStatements(write)
    case 'session':
      return sessionStatements(write, at)
    case 'seal_versions_kept':
      return [
        sql`DELETE FROM portcullis_seal_versions WHERE version NOT IN
          (SELECT value FROM json_each(${JSON.stringify(write.versions)}))`,
      ]
    case 'sessions_ended':
      return [endSessionsSql(at)]
    case 'idempotency_record':
      return [recordStatement(write)]
  }
}

function signingKeyStatement(write: Write & { kind: 'signing_key' }): Statement {
  const { before, after } = write
  const table = write.isForEvents ? 'eventKeys' : 'signingKeys'
  if (!before) return insertInto(table, after)
  const { activatesAt, retiresAt, revokedAt } = after
  return update(table, { kid: before.kid }, { activatesAt, retiresAt, revokedAt })
}

function dueStatement(due: (Write & { kind: 'denylist' })[]): Statement {
  const list = JSON.stringify(due.map(({ clientId, version }) => [clientId, version]))
  return sql`INSERT INTO portcullis_denylist_outbox (client_id, version, since)
    SELECT value ->> 0, value ->> 1, unixepoch() FROM json_each(${list}) WHERE true
    ON CONFLICT (client_id) DO UPDATE SET version = excluded.version`
}

function sentStatements(write: Write & { kind: 'reminders_sent' }, at: Seconds): Statement[] {
  const keys = JSON.stringify(write.keys)
  return [
    sql`UPDATE portcullis_reminders
      SET sent_at = ${at}, due_at = NULL, failing_since = NULL, last_error = NULL
      WHERE claimed_by = ${write.claim}
      AND secret_id IN (SELECT value FROM json_each(${keys}))`,
    ...(write.wasRepeated ? [leftOutSql(write.claim)] : []),
    sql`UPDATE portcullis_secrets SET reminded_at = coalesce(reminded_at, ${at})
      WHERE secret_id IN (SELECT value FROM json_each(${keys}))`,
  ]
}

/**
 * Ends reminders that an earlier attempt at the same message included and this one did not: they
 * may have arrived.
 */
function leftOutSql(claim: string): Statement {
  return sql`UPDATE portcullis_reminders SET due_at = NULL
    WHERE claimed_by = ${claim} AND sent_at IS NULL AND sending_at IS NOT NULL`
}
