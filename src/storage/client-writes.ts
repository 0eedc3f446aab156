import { eq, sql } from 'drizzle-orm'
import type { Client } from '../domain/client.ts'
import type { Write } from '../domain/ledger.ts'
import type { Secret } from '../domain/secret.ts'
import { searchable } from '../domain/text.ts'
import type { Seconds } from '../domain/time.ts'
import { fromPermissions } from './access-sql.ts'
import type { Database, Statement } from './database.ts'
import {
  clientPermissions,
  clientRoles,
  clients,
  deletedClients,
  revokedTokens,
  secrets,
} from './schema.ts'
import { settleSql } from './status-sql.ts'

/** Writes what differs between the client before and after, and what lists go by. */
export function clientStatements(
  db: Database,
  issuer: string,
  { before, after }: Write & { kind: 'client' },
  at: Seconds,
): Statement[] {
  if (!after) return before ? deletion(db, before, at) : []
  return [
    before
      ? db.orm.update(clients).set(columns(after)).where(eq(clients.clientId, after.clientId))
      : db.orm.insert(clients).values({ ...columns(after), ...fixedColumns(after) }),
    ...secretStatements(db, after.clientId, before?.secrets ?? [], after.secrets),
    ...roleStatements(db, before, after),
    ...permissionStatements(db, issuer, before, after),
    ...planRemindersAnew(before, after),
    settleSql(at, sql`c.client_id = ${after.clientId}`),
  ]
}

function fixedColumns({ clientId, createdAt, createdBy }: Client) {
  return { clientId, createdAt, createdBy }
}

function columns(client: Client) {
  return {
    name: client.name,
    nameKey: searchable(client.name),
    description: client.description,
    searchText: searchable(`${client.name}\n${client.description}\n${client.clientId}`),
    updatedAt: client.updatedAt,
    version: client.version,
    suspendedAt: client.suspension?.at ?? null,
    suspendedReason: client.suspension?.reason ?? null,
    generation: client.generation,
    tokensValidFrom: client.tokensValidFrom,
    denylistVersion: client.denylistVersion,
    accessTokenLifetime: client.accessTokenLifetime,
  }
}

function secretStatements(
  db: Database,
  clientId: string,
  before: Secret[],
  after: Secret[],
): Statement[] {
  const gone = before.filter((secret) => !sameIn(after, secret))
  const added = after.filter((secret) => !sameIn(before, secret))
  const retired = after.filter((secret) => {
    const old = sameIn(before, secret)
    return old && old.retiresAt !== secret.retiresAt
  })
  return [
    ...gone.map((s) => db.orm.delete(secrets).where(eq(secrets.secretId, s.secretId))),
    ...retired.map(({ secretId, retiresAt }) =>
      db.orm.update(secrets).set({ retiresAt }).where(eq(secrets.secretId, secretId)),
    ),
    ...added.map(({ verifier, ...rest }) =>
      db.orm.insert(secrets).values({ clientId, ...verifier, ...rest }),
    ),
  ]
}

/** Another secret may be the newest now, or the client may be reminded of again. */
function planRemindersAnew(before: Client | null, after: Client): Statement[] {
  const resumed = before?.suspension && !after.suspension
  const isFewer = before?.secrets.some((secret) => !sameIn(after.secrets, secret))
  if (!resumed && !isFewer) return []
  return [
    sql`UPDATE portcullis_secrets SET reminders_planned = 0
      WHERE client_id = ${after.clientId} AND reminders_planned = 1`,
  ]
}

function sameIn(list: Secret[], secret: Secret): Secret | undefined {
  return list.find((other) => other.secretId === secret.secretId)
}

function roleStatements(db: Database, before: Client | null, after: Client): Statement[] {
  const { clientId, roles } = after
  if (sameList(before?.roles ?? [], roles)) return []
  return [
    db.orm.delete(clientRoles).where(eq(clientRoles.clientId, clientId)),
    sql`INSERT INTO portcullis_client_roles (client_id, role_id)
      SELECT ${clientId}, value FROM json_each(${JSON.stringify(roles)})`,
  ]
}

function permissionStatements(
  db: Database,
  issuer: string,
  before: Client | null,
  after: Client,
): Statement[] {
  const { clientId, permissions } = after
  if (sameList(before?.permissions ?? [], permissions)) return []
  return [
    db.orm.delete(clientPermissions).where(eq(clientPermissions.clientId, clientId)),
    sql`INSERT INTO portcullis_client_permissions (client_id, permission_id)
      SELECT ${clientId}, p.id FROM json_each(${fromPermissions(permissions, issuer)}) j
      JOIN portcullis_apis a ON a.audience IS (j.value ->> 0)
      JOIN portcullis_permissions p ON p.api_id = a.api_id AND p.permission = (j.value ->> 1)`,
  ]
}

function sameList(a: unknown[], b: unknown[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

function deletion(db: Database, client: Client, at: Seconds): Statement[] {
  const { clientId, generation } = client
  const of = [clientPermissions, clientRoles, secrets, revokedTokens, clients]
  return [
    ...of.map((table) => db.orm.delete(table).where(eq(table.clientId, clientId))),
    db.orm.insert(deletedClients).values({
      clientId,
      generation,
      denylistVersion: client.denylistVersion + 1,
      deletedAt: at,
    }),
  ]
}
