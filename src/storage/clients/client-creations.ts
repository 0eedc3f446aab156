import type { Client } from '../../domain/client.ts'
import type { Statement } from '../database.ts'
import { insertEach } from '../statements.ts'
import { sql } from '../sql.ts'
import { fromPermissions } from './access-sql.ts'
import { fromCredentials } from './credential-rows.ts'

/** Inserts credentials and access of new clients: as many statements for a hundred as for one. */
export function belongingsOf(issuer: string, made: Client[]): Statement[] {
  const credentials = made.flatMap((client) =>
    fromCredentials(client).map((one) => ({
      clientId: client.clientId,
      ...one,
      remind: one.remind === 1,
    })),
  )
  const roles = made.flatMap(({ clientId, roles: held }) =>
    held.map((roleId) => ({ clientId, roleId })),
  )
  return [
    ...(credentials.length > 0 ? [insertEach('secrets', credentials)] : []),
    ...(roles.length > 0 ? [insertEach('clientRoles', roles)] : []),
    ...permissionsOf(issuer, made),
  ]
}

function permissionsOf(issuer: string, made: Client[]): Statement[] {
  const held = made.filter(({ permissions }) => permissions.length > 0)
  if (held.length === 0) return []
  const list = held.map(({ clientId, permissions }) => [
    clientId,
    JSON.parse(fromPermissions(permissions, issuer)) as unknown,
  ])
  return [
    sql`INSERT INTO portcullis_client_permissions (client_id, permission_id)
      SELECT j.value ->> 0, p.id FROM json_each(${JSON.stringify(list)}) j, json_each(j.value, '$[1]') h
      JOIN portcullis_apis a ON a.audience IS (h.value ->> 0)
      JOIN portcullis_permissions p ON p.api_id = a.api_id AND p.permission = (h.value ->> 1)`,
  ]
}
