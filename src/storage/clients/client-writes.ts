import { sql } from '../sql.ts'
import type { Client } from '../../domain/client.ts'
import { detailsOf } from '../../domain/client-details.ts'
import type { Write } from '../../domain/ledger.ts'
import { searchable } from '../../domain/text.ts'
import type { Seconds } from '../../domain/time.ts'
import { fromPermissions } from './access-sql.ts'
import { belongingsOf } from './client-creations.ts'
import { fromCredentials } from './credential-rows.ts'
import type { Statement } from '../database.ts'
import { RULES, searchTextOf } from './search-words.ts'
import { portionsOf } from '../portions.ts'
import { filingStatements, type Retexted, withdrawalStatements } from './search-writes.ts'
import {
  deleteEach,
  deleteFrom,
  insertEach,
  insertInto,
  update,
  updateEach,
} from '../statements.ts'
import { settleSql } from './status-sql.ts'

type Saved = { before: Client | null; after: Client }

/** So that a parameter stays far below the 2 MB that D1 binds. */
const CHARACTERS_AT_ONCE = 300_000

/**
 * Writes the differences between clients before and after, and their list columns: in as many
 * statements for a hundred clients as for one, where they change alike.
 */
export function clientStatements(
  issuer: string,
  writes: (Write & { kind: 'client' })[],
  at: Seconds,
): Statement[] {
  const gone = writes.flatMap(({ before, after }) => (before && !after ? [before] : []))
  const saved = writes.flatMap(({ before, after }) => (after ? [{ before, after }] : []))
  return [
    ...portionsOf(gone, CHARACTERS_AT_ONCE, lengthOf).flatMap((some) => deletions(some, at)),
    ...portionsOf(saved, CHARACTERS_AT_ONCE, ({ after }) => lengthOf(after)).flatMap((some) =>
      savings(issuer, some, at),
    ),
  ]
}

/** A generous guess: a long run of text has eight characters in the search index for each of its own. */
function lengthOf(client: Client): number {
  return 1000 + 15 * searchTextOf(client).length
}

function savings(issuer: string, saved: Saved[], at: Seconds): Statement[] {
  const ids = JSON.stringify(saved.map(({ after }) => after.clientId))
  const made = saved.flatMap(({ before, after }) => (before ? [] : [after]))
  const rows = made.map((client) => ({ ...columns(client), ...fixedColumns(client) }))
  return [
    ...(rows.length > 0 ? [insertEach('clients', rows)] : []),
    ...updates(saved),
    ...filingStatements(saved.map(textsOf)),
    ...belongingsOf(issuer, made),
    ...saved.flatMap(({ before, after }) => (before ? changesOf(issuer, before, after) : [])),
    ...planRemindersAnew(saved),
    settleSql(at, sql`c.client_id IN (SELECT value FROM json_each(${ids}))`),
  ]
}

function changesOf(issuer: string, before: Client, after: Client): Statement[] {
  return [
    ...credentialStatements(after.clientId, storedOf(before), storedOf(after)),
    ...roleStatements(before, after),
    ...permissionStatements(issuer, before, after),
  ]
}

function textsOf({ before, after }: Saved): Retexted {
  return {
    clientId: after.clientId,
    before: before && searchTextOf(before),
    after: searchTextOf(after),
  }
}

/** Updates the clients that existed: the columns that differ for any of them. */
function updates(saved: Saved[]): Statement[] {
  const rows = saved.flatMap(({ before, after }) =>
    before ? [{ clientId: after.clientId, was: columns(before), is: columns(after) }] : [],
  )
  const all = Object.keys(rows[0]?.is ?? {}) as (keyof ReturnType<typeof columns>)[]
  const differ = all.filter((name) =>
    rows.some(({ was, is }) => JSON.stringify(was[name]) !== JSON.stringify(is[name])),
  )
  if (differ.length === 0) return []
  const changed = rows.map(({ clientId, is }) => ({
    clientId,
    ...Object.fromEntries(differ.map((name) => [name, is[name]])),
  }))
  return [updateEach('clients', 'clientId', changed)]
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

/** Forgets what was said of the old end: administrators are reminded of the new one, too. */
function remindAnewStatements(secretId: string): Statement[] {
  return [
    deleteFrom('reminders', { secretId }),
    update('secrets', { secretId }, { remindedAt: null, remindersPlanned: false, expiryTold: 0 }),
  ]
}

/**
 * Another credential may now be the newest, the client may have reminders again, or others are to be
 * told. While it was suspended it could not use its secrets: of those that are not used, people are
 * told anew.
 */
function planRemindersAnew(saved: Saved[]): Statement[] {
  const isResumed = ({ before, after }: Saved) => before?.suspension && !after.suspension
  const concerned = saved.filter(({ before, after }) => {
    if (!before) return false
    const isGone = storedOf(before).some((one) => !sameIn(storedOf(after), one))
    return isResumed({ before, after }) || isGone || !sameList(before.contacts, after.contacts)
  })
  if (concerned.length === 0) return []
  const [ids, resumed] = [concerned, concerned.filter(isResumed)].map((some) =>
    JSON.stringify(some.map(({ after }) => after.clientId)),
  ) as [string, string]
  // By the client's index: SQLite without statistics takes the one of all planned secrets.
  return [
    sql`UPDATE portcullis_secrets INDEXED BY portcullis_secrets_by_client SET reminders_planned = 0,
        unused_notice_at = iif(client_id IN (SELECT value FROM json_each(${resumed})), NULL, unused_notice_at)
      WHERE client_id IN (SELECT value FROM json_each(${ids}))
      AND (reminders_planned = 1 OR unused_notice_at IS NOT NULL)`,
  ]
}

type Stored = ReturnType<typeof fromCredentials>[number]

function storedOf(client: Client): Stored[] {
  return fromCredentials(client)
}

function sameIn(list: Stored[], { secretId }: Stored): Stored | undefined {
  return list.find((other) => other.secretId === secretId)
}

function roleStatements(before: Client, after: Client): Statement[] {
  const { clientId, roles } = after
  if (sameList(before.roles, roles)) return []
  return [
    deleteFrom('clientRoles', { clientId }),
    sql`INSERT INTO portcullis_client_roles (client_id, role_id)
      SELECT ${clientId}, value FROM json_each(${JSON.stringify(roles)})`,
  ]
}

function permissionStatements(issuer: string, before: Client, after: Client): Statement[] {
  const { clientId, permissions } = after
  if (sameList(before.permissions, permissions)) return []
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

function deletions(gone: Client[], at: Seconds): Statement[] {
  const ids = gone.map(({ clientId }) => clientId)
  const of = ['clientPermissions', 'clientRoles', 'secrets', 'revokedTokens', 'clients'] as const
  const kept = gone.map((client) => [
    client.clientId,
    client.denylistVersion + 1,
    client.generation,
  ])
  return [
    ...withdrawalStatements(
      gone.map((client) => ({ clientId: client.clientId, text: searchTextOf(client) })),
    ),
    ...of.map((table) => deleteEach(table, 'clientId', ids)),
    sql`INSERT INTO portcullis_deleted_clients (client_id, denylist_version, generation, deleted_at)
      SELECT value ->> 0, value ->> 1, value ->> 2, ${at} FROM json_each(${JSON.stringify(kept)})`,
  ]
}
