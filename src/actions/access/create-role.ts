import type { Role } from '../../domain/api.ts'
import { refuseGiving } from '../../domain/authority.ts'
import { Refusal } from '../../domain/errors.ts'
import { type Permission, uniquePermissions } from '../../domain/permission.ts'
import type { Deps } from '../../domain/deps.ts'
import { newId } from '../../domain/ids.ts'
import { type AdminRequest, type CommitDeps, eventBy } from '../changes/commit-change.ts'
import { requireFitting } from './fit-token.ts'
import { commitOnce, type OnceDeps } from '../changes/make-once.ts'
import { unknownPermissionErrors } from './resolve-access.ts'

export type NewRole = { name: string; description?: string | undefined; permissions: Permission[] }

/** Creates a named set of permissions. */
export function createRole(
  deps: CommitDeps & OnceDeps & Pick<Deps, 'apis' | 'issuer' | 'statusListBase'>,
  request: AdminRequest,
  input: NewRole,
): Promise<Role> {
  return commitOnce(deps, request, async (now) => {
    refuseGiving(request.principal, input.permissions, deps.issuer)
    const role: Role = {
      roleId: newId('role', deps.random),
      name: input.name,
      description: input.description ?? '',
      permissions: await existing(deps, input.permissions),
      createdAt: now,
      updatedAt: now,
      version: 1,
    }
    return {
      result: role,
      events: [eventBy(request, 'role.created', { type: 'role', id: role.roleId })],
      writes: [{ kind: 'role', before: null, after: role }],
    }
  })
}

/** The permissions without duplicates; all of them must exist and fit into one token. */
export async function existing(
  deps: Pick<Deps, 'apis' | 'issuer' | 'statusListBase'>,
  permissions: Permission[],
  before: Permission[] = [],
): Promise<Permission[]> {
  const fields = unknownPermissionErrors(permissions, await deps.apis.unknown(permissions))
  if (fields.length > 0) {
    throw new Refusal('invalid_fields', 'The role names a permission that does not exist.', {
      fields,
    })
  }
  const given = permissions.map((p, i) => ({ field: `permissions.${i}`, gives: [p] }))
  requireFitting(deps, { clientId: '', access: before }, given)
  return uniquePermissions(permissions)
}
