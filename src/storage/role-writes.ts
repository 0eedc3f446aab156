import { eq, sql } from 'drizzle-orm'
import type { Role } from '../domain/api.ts'
import type { Write } from '../domain/ledger.ts'
import { searchable } from '../domain/text.ts'
import { fromPermissions } from './access-sql.ts'
import type { Database, Statement } from './database.ts'
import { rolePermissions, roles } from './schema.ts'

export function roleStatements(
  db: Database,
  issuer: string,
  { before, after }: Write & { kind: 'role' },
): Statement[] {
  if (!after) return before ? deletion(db, before.roleId) : []
  return [
    before
      ? db.orm.update(roles).set(columns(after)).where(eq(roles.roleId, after.roleId))
      : db.orm
          .insert(roles)
          .values({ ...columns(after), roleId: after.roleId, createdAt: after.createdAt }),
    ...permissionStatements(db, issuer, before, after),
  ]
}

function columns({ name, description, updatedAt, version }: Role) {
  return { name, nameKey: searchable(name), description, updatedAt, version }
}

function permissionStatements(
  db: Database,
  issuer: string,
  before: Role | null,
  { roleId, permissions }: Role,
): Statement[] {
  const becomesOther = before && (before.permissions.length === 0) !== (permissions.length === 0)
  return [
    db.orm.delete(rolePermissions).where(eq(rolePermissions.roleId, roleId)),
    sql`INSERT INTO portcullis_role_permissions (role_id, permission_id)
      SELECT ${roleId}, p.id FROM json_each(${fromPermissions(permissions, issuer)}) j
      JOIN portcullis_apis a ON a.audience IS (j.value ->> 0)
      JOIN portcullis_permissions p ON p.api_id = a.api_id AND p.permission = (j.value ->> 1)`,
    ...(becomesOther ? [judgeHoldersAnew(roleId)] : []),
  ]
}

/** Who holds a role that gains its first permission, or loses its last, may change status. */
function judgeHoldersAnew(roleId: string): Statement {
  return sql`UPDATE portcullis_clients SET listed_until = 0 WHERE client_id IN (
    SELECT client_id FROM portcullis_client_roles WHERE role_id = ${roleId})`
}

function deletion(db: Database, roleId: string): Statement[] {
  return [
    db.orm.delete(rolePermissions).where(eq(rolePermissions.roleId, roleId)),
    db.orm.delete(roles).where(eq(roles.roleId, roleId)),
  ]
}
