import { sql } from '../sql.ts'
import type { Client } from '../../domain/client.ts'
import { detailsOf } from '../../domain/client-details.ts'
import type { Write } from '../../domain/ledger.ts'
import { searchable } from '../../domain/text.ts'
import type { Seconds } from '../../domain/time.ts'
import { fromPermissions } from './access-sql.ts'
import { fromCredentials } from './credential-rows.ts'
import type { Statement } from '../database.ts'
import { RULES, searchTextOf } from './search-words.ts'
import { filingStatements, withdrawalStatements } from './search-writes.ts'
import { deleteFrom, insertInto, update } from '../statements.ts'
import { settleSql } from './status-sql.ts'

/** Writes the differences between the client before and after, and its list columns. */
export function clientStatements(
  issuer: string,
  { before, after }: Write & { kind: 'client' },
  at: Seconds,
): Statement[] {
  if (!after) return before ? deletion(before, at) : []
  return [
    before
      ? update('clients', { clientId: after.clientId }, columns(after))
      : insertInto('clients', { ...columns(after), ...fixedColumns(after) }),
    ...filingStatements(after.clientId, before && searchTextOf(before), searchTextOf(after)),
    ...credentialStatements(after.clientId, storedOf(before), storedOf(after)),
    ...roleStatements(before, after),
    ...permissionStatements(issuer, before, after),
    ...planRemindersAnew(before, after),
    settleSql(at, sql`c.client_id = ${after.clientId}`),
  ]
}

function fixedColumns({ clientId, createdAt, createdBy }: Client) {
  return { clientId, createdAt, createdBy, searchRules: RULES }
}

function columns(client: Client) {
  const { jwksUri: _credential, ...details } = detailsOf(client)
  return {
    ...details,
    nameKey: searchable(client.name),
    searchText: searchTextOf(client),
    updatedAt: client.updatedAt,
    version: client.version,
    suspendedAt: client.suspension?.at ?? null,
    suspendedReason: client.suspension?.reason ?? null,
    generation: client.generation,
    tokensValidFrom: client.tokensValidFrom,
    boundSince: client.boundSince,
    denylistVersion: client.denylistVersion,
  }
}

function credentialStatements(clientId: string, before: Stored[], after: Stored[]): Statement[] {
  const gone = before.filter((one) => !sameIn(after, one))
  const added = after.filter((one) => !sameIn(before, one))
  const kept = after.flatMap((one) => {
    const old = sameIn(before, one)
    return old ? changeOf(old, one) : []
  })
  return [
    ...gone.map(({ secretId }) => deleteFrom('secrets', { secretId })),
    ...kept,
    ...added.map((one) => insertInto('secrets', { clientId, ...one, remind: one.remind === 1 })),
  ]
}

/** The columns that a change may alter; the others are fixed, or are written by other statements. */
const CHANGEABLE = ['label', 'expiresAt', 'retiresAt', 'retireOthersIn', 'graceAt'] as const

function changeOf(before: Stored, after: Stored): Statement[] {
  const { secretId } = after
  const names = CHANGEABLE.filter((name) => before[name] !== after[name])
  if (names.length === 0) return []
  const changes = Object.fromEntries(names.map((name) => [name, after[name]]))
  const changed = update('secrets', { secretId }, changes)
  return names.includes('expiresAt') ? [changed, ...remindAnewStatements(secretId)] : [changed]
}

/** Forgets the reminders of the old end: administrators are reminded of the new one, too. */
function remindAnewStatements(secretId: string): Statement[] {
  return [
    deleteFrom('reminders', { secretId }),
    update('secrets', { secretId }, { remindedAt: null, remindersPlanned: false }),
  ]
}

/** Another credential may now be the newest, or the client may have reminders again. */
function planRemindersAnew(before: Client | null, after: Client): Statement[] {
  const resumed = before?.suspension && !after.suspension
  const isFewer = before && storedOf(before).some((one) => !sameIn(storedOf(after), one))
  if (!resumed && !isFewer) return []
  // By the client's index: SQLite without statistics takes the one of all planned secrets.
  return [
    sql`UPDATE portcullis_secrets INDEXED BY portcullis_secrets_by_client SET reminders_planned = 0
      WHERE client_id = ${after.clientId} AND reminders_planned = 1`,
  ]
}

type Stored = ReturnType<typeof fromCredentials>[number]

function storedOf(client: Client | null): Stored[] {
  return client ? fromCredentials(client) : []
}

function sameIn(list: Stored[], { secretId }: Stored): Stored | undefined {
  return list.find((other) => other.secretId === secretId)
}

function roleStatements(before: Client | null, after: Client): Statement[] {
  const { clientId, roles } = after
  if (sameList(before?.roles ?? [], roles)) return []
  return [
    deleteFrom('clientRoles', { clientId }),
    sql`INSERT INTO portcullis_client_roles (client_id, role_id)
      SELECT ${clientId}, value FROM json_each(${JSON.stringify(roles)})`,
  ]
}

function permissionStatements(issuer: string, before: Client | null, after: Client): Statement[] {
  const { clientId, permissions } = after
  if (sameList(before?.permissions ?? [], permissions)) return []
  return [
    deleteFrom('clientPermissions', { clientId }),
    sql`INSERT INTO portcullis_client_permissions (client_id, permission_id)
      SELECT ${clientId}, p.id FROM json_each(${fromPermissions(permissions, issuer)}) j
      JOIN portcullis_apis a ON a.audience IS (j.value ->> 0)
      JOIN portcullis_permissions p ON p.api_id = a.api_id AND p.permission = (j.value ->> 1)`,
  ]
}

function sameList(a: unknown[], b: unknown[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

function deletion(client: Client, at: Seconds): Statement[] {
  const { clientId, generation } = client
  const of = ['clientPermissions', 'clientRoles', 'secrets', 'revokedTokens', 'clients'] as const
  return [
    ...withdrawalStatements(clientId, searchTextOf(client)),
    ...of.map((table) => deleteFrom(table, { clientId })),
    insertInto('deletedClients', {
      clientId,
      generation,
      denylistVersion: client.denylistVersion + 1,
      deletedAt: at,
    }),
  ]
}
