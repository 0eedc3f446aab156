import { PERMISSIONS_MAX, type Role } from '../../domain/api.ts'
import { type FieldError, invalidField, Refusal } from '../../domain/errors.ts'
import { type Permission, samePermission, uniquePermissions } from '../../domain/permission.ts'
import type { Deps } from '../../domain/deps.ts'
import type { Holder } from '../../domain/token-size.ts'
import { type Given, requireFitting } from './fit-token.ts'

export type AccessInput = { roles: string[]; permissions: Permission[] }

/** How many roles a client may have. */
export const ROLES_MAX = 50

/**
 * Combines roles and direct permissions. Each must exist, and all must fit into one token of the
 * client that is to have them; a refusal names the fields at fault.
 */
export async function resolveAccess(
  deps: Pick<Deps, 'roles' | 'apis' | 'issuer' | 'statusListBase'>,
  input: AccessInput,
  holder: Holder,
): Promise<AccessInput & { access: Permission[] }> {
  const roles = await deps.roles.findMany(input.roles)
  const unknown = await deps.apis.unknown(input.permissions)
  const errors = [
    ...input.roles.flatMap((id, i) => (roles.some((r) => r.roleId === id) ? [] : [noRole(i)])),
    ...unknownPermissionErrors(input.permissions, unknown),
  ]
  if (errors.length > 0) {
    throw new Refusal(
      'invalid_fields',
      'The access names a permission or a role that does not exist.',
      { fields: errors },
    )
  }
  const permissions = uniquePermissions(input.permissions)
  const access = uniquePermissions([...permissions, ...roles.flatMap((role) => role.permissions)])
  if (access.length > Math.max(PERMISSIONS_MAX, holder.access.length)) {
    throw invalidField('roles', `give more than ${PERMISSIONS_MAX} permissions together`)
  }
  requireFitting(deps, holder, givenBy(input, roles))
  return { roles: [...new Set(input.roles)], permissions, access }
}

/** Each field with the permissions that it grants. */
function givenBy({ permissions, roles }: AccessInput, known: Role[]): Given[] {
  const ofRole = (id: string) =>
    known.flatMap((role) => (role.roleId === id ? role.permissions : []))
  return [
    ...permissions.map((permission, i) => ({ field: `permissions.${i}`, gives: [permission] })),
    ...roles.map((id, i) => ({ field: `roles.${i}`, gives: ofRole(id) })),
  ]
}

export function unknownPermissionErrors(given: Permission[], unknown: Permission[]): FieldError[] {
  return given.flatMap((permission, i) =>
    unknown.some((other) => samePermission(permission, other))
      ? [{ field: `permissions.${i}`, detail: 'is not a permission of an API' }]
      : [],
  )
}

function noRole(index: number): FieldError {
  return { field: `roles.${index}`, detail: 'is not a role' }
}
