import { DATABASE_RESTORED, SHUT } from '../../domain/database-restore.ts'
import type { Spend } from '../../domain/credential.ts'
import { accessWithNamesakesSql } from './access-sql.ts'

// The texts of the hot path: built once and not per request. Each is one statement, and its columns
// are listed once, because two forms of it need them: a plain read, and a read that spends.

/** A column's name, and its expression. */
type Columns = Record<string, string>

export const CREDENTIAL: Columns = {
  client_id: 'c.client_id',
  suspended_at: 'c.suspended_at',
  generation: 'c.generation',
  access_token_lifetime: 'c.access_token_lifetime',
  last_token_at: 'c.last_token_at',
  profile: 'c.profile',
  require_dpop: 'c.require_dpop',
  bind_to_certificate: 'c.bind_to_certificate',
  status_list: 'c.status_list',
  status_block: 'c.status_block',
  access: accessWithNamesakesSql('c'),
  kind: 's.kind',
  secret_id: 's.secret_id',
  key_id: 's.key_id',
  digest: 's.digest',
  pepper_version: 's.pepper_version',
  created_at: 's.created_at',
  expires_at: 's.expires_at',
  retires_at: 's.retires_at',
  last_used_at: 's.last_used_at',
  retire_others_in: 's.retire_others_in',
  rule_lifetime: `CASE s.kind WHEN 'federated_credential' THEN s.material ->> 'tokenLifetime' END`,
  issuer_version: `CASE s.kind WHEN 'federated_credential' THEN (SELECT version FROM portcullis_issuers
    WHERE issuer_id = s.material ->> 'issuerId') END`,
}

// Read together with each credential, so that it needs no further statement.
export const SHUT_COLUMN: Columns = {
  shut: `EXISTS (SELECT 1 FROM portcullis_chores
    WHERE name = '${DATABASE_RESTORED}' AND position = '${JSON.stringify(SHUT)}')`,
}

export const CREDENTIAL_TABLES = `
  LEFT JOIN portcullis_secrets s ON s.key_id = ?1
  LEFT JOIN portcullis_clients c ON c.client_id = s.client_id`

/** A statement in its two forms. */
type Reading = { columns: string[]; plain: string; spending: string }

/**
 * `parameters` is the number of those that the expressions use. Spending inserts the use and answers
 * with the row: where the use is already there, or the credential no longer is, there is no row. A
 * subselect must not read the table that is written (SQLite).
 */
export function reading(columns: Columns, from: string, parameters: number): Reading {
  const named = Object.entries(columns).map(([name, expression]) => `${expression} AS ${name}`)
  const use = [parameters + 1, parameters + 2].map((n) => `?${n}`).join(', ')
  return {
    columns: Object.keys(columns),
    plain: `SELECT ${named.join(', ')} ${from}`,
    spending: `INSERT INTO portcullis_used_assertions (assertion_id, expires_at) SELECT ${use}
      WHERE EXISTS (SELECT 1 FROM portcullis_secrets WHERE key_id = ?1)
      ON CONFLICT DO NOTHING
      RETURNING (SELECT json_array(${Object.values(columns).join(', ')}) ${from}) AS found`,
  }
}

type Bound = (string | number | null)[]

/** The rows of a reading; one at most where something is spent. */
export async function read<Row>(
  d1: D1Database,
  { columns, plain, spending }: Reading,
  bound: Bound,
  spend: Spend | null,
): Promise<Row[]> {
  if (!spend)
    return (
      await d1
        .prepare(plain)
        .bind(...bound)
        .all<Row>()
    ).results
  const statement = d1.prepare(spending).bind(...bound, spend.id, spend.expiresAt)
  const row = await statement.first<{ found: string }>()
  if (!row) return []
  const values = JSON.parse(row.found) as unknown[]
  return [Object.fromEntries(columns.map((name, at) => [name, plainValue(values[at])])) as Row]
}

/** JSON inside JSON comes back as what it says: a plain read gives it as text. */
function plainValue(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value
}
