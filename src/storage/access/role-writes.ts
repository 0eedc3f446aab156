import { sql } from '../sql.ts'
import type { Role } from '../../domain/api.ts'
import type { Write } from '../../domain/ledger.ts'
import { searchable } from '../../domain/text.ts'
import { fromPermissions } from '../clients/access-sql.ts'
import type { Statement } from '../database.ts'
import { deleteFrom, insertInto, update } from '../statements.ts'

export function roleStatements(
  issuer: string,
  { before, after }: Write & { kind: 'role' },
): Statement[] {
  if (!after) return deletion(before.roleId)
  return [
    before
      ? update('roles', { roleId: after.roleId }, columns(after))
      : insertInto('roles', {
          ...columns(after),
          roleId: after.roleId,
          createdAt: after.createdAt,
        }),
    ...permissionStatements(issuer, before, after),
  ]
}

function columns({ name, description, updatedAt, version }: Role) {
  return { name, nameKey: searchable(name), description, updatedAt, version }
}

function permissionStatements(
  issuer: string,
  before: Role | null,
  { roleId, permissions }: Role,
): Statement[] {
  const becomesOther = before && (before.permissions.length === 0) !== (permissions.length === 0)
  return [
    deleteFrom('rolePermissions', { roleId }),
    sql`INSERT INTO portcullis_role_permissions (role_id, permission_id)
      SELECT ${roleId}, p.id FROM json_each(${fromPermissions(permissions, issuer)}) j
      JOIN portcullis_apis a ON a.audience IS (j.value ->> 0)
      JOIN portcullis_permissions p ON p.api_id = a.api_id AND p.permission = (j.value ->> 1)`,
    ...(becomesOther ? [judgeHoldersAnew(roleId)] : []),
  ]
}

/** A role's holders may change status when it gains its first permission or loses its last. */
function judgeHoldersAnew(roleId: string): Statement {
  return sql`UPDATE portcullis_clients SET listed_until = 0 WHERE client_id IN (
    SELECT client_id FROM portcullis_client_roles WHERE role_id = ${roleId})`
}

function deletion(roleId: string): Statement[] {
  return [deleteFrom('rolePermissions', { roleId }), deleteFrom('roles', { roleId })]
}
