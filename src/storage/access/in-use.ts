import { COUNTED_MAX, type Counted, type InUse, NAMED_MAX, NOBODY } from '../../domain/in-use.ts'
import { type Database, oneRow } from '../database.ts'
import { type SQL, sql } from '../sql.ts'

const LIMIT = COUNTED_MAX + 1

/** The clients with one of these permissions, directly or by a role, and the roles with one. */
export async function permissionsInUseBy(
  db: Database,
  apiId: string,
  permissions: string[],
): Promise<InUse> {
  const its = sql`SELECT id FROM portcullis_permissions WHERE api_id = ${apiId}
    AND permission IN (SELECT value FROM json_each(${JSON.stringify(permissions)}))`
  const clients = sql`
    SELECT id FROM (SELECT DISTINCT client_id AS id FROM portcullis_client_permissions
      WHERE permission_id IN (${its}) LIMIT ${LIMIT})
    UNION SELECT id FROM (SELECT DISTINCT cr.client_id AS id FROM portcullis_role_permissions rp
      JOIN portcullis_client_roles cr ON cr.role_id = rp.role_id
      WHERE rp.permission_id IN (${its}) LIMIT ${LIMIT})`
  const roles = sql`SELECT DISTINCT role_id AS id FROM portcullis_role_permissions
    WHERE permission_id IN (${its})`
  const [ofClients, ofRoles] = await Promise.all([
    counted(db, clients, NAMES.clients),
    counted(db, roles, NAMES.roles),
  ])
  return { clients: ofClients, roles: ofRoles }
}

/** The clients that hold a role. */
export async function roleInUseBy(db: Database, roleId: string): Promise<InUse> {
  const clients = sql`SELECT client_id AS id FROM portcullis_client_roles WHERE role_id = ${roleId}`
  return { clients: await counted(db, clients, NAMES.clients), roles: NOBODY }
}

const NAMES = {
  clients: sql`SELECT c.client_id AS id, c.name, c.name_key FROM held
    JOIN portcullis_clients c ON c.client_id = held.id`,
  roles: sql`SELECT r.role_id AS id, r.name, r.name_key FROM held JOIN portcullis_roles r ON r.role_id = held.id`,
}

/** Reads no more than it counts, however many hold it. */
async function counted(db: Database, holders: SQL, names: SQL): Promise<Counted> {
  const { count, first } = await oneRow<{ count: number; first: string }>(
    db,
    sql`
    WITH held AS MATERIALIZED (SELECT id FROM (${holders}) LIMIT ${LIMIT})
    SELECT (SELECT count(*) FROM held) AS count,
      (SELECT json_group_array(json_object('id', id, 'name', name))
       FROM (${names} ORDER BY name_key, id LIMIT ${NAMED_MAX})) AS first`,
  )
  return {
    first: JSON.parse(first) as Counted['first'],
    count: Math.min(count, COUNTED_MAX),
    isMore: count > COUNTED_MAX,
  }
}
