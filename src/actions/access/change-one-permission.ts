import { type Api, type ApiPermission, PERMISSIONS_MAX, type Role } from '../../domain/api.ts'
import { invalidField, Refusal } from '../../domain/errors.ts'
import { type Permission, samePermission } from '../../domain/permission.ts'
import type { Deps } from '../../domain/deps.ts'
import { type ApiRequest, type ChangeApiDeps, findApi, updateApiBy } from './change-api.ts'
import { type ChangeRoleDeps, type RoleRequest, updateRoleBy } from './change-role.ts'

/** A permission by the API that it belongs to. */
export type NamedPermission = { apiId: string; permission: string }

/** Gives a role one permission, or takes it away; all others stay. */
export function changeOneOfRole(
  deps: ChangeRoleDeps,
  request: RoleRequest,
  named: NamedPermission,
  isGiven: boolean,
): Promise<Role> {
  const changing = updateRoleBy(deps, request, async ({ permissions }) => {
    const one = await findPermission(deps, named)
    const others = permissions.filter((other) => !samePermission(other, one))
    if (isGiven) refuseOneTooMany(others)
    return { permissions: isGiven ? [...others, one] : others }
  })
  return namingOne(changing, 'permission')
}

/** Adds a permission to an API, or changes its texts; all others stay. */
export function putApiPermission(
  deps: ChangeApiDeps,
  request: ApiRequest,
  one: ApiPermission,
): Promise<Api> {
  const changing = updateApiBy(deps, request, ({ permissions }) => {
    const at = permissions.findIndex(({ permission }) => permission === one.permission)
    if (at >= 0) return { permissions: permissions.with(at, one) }
    refuseOneTooMany(permissions)
    return { permissions: [...permissions, one] }
  })
  return namingOne(changing, 'permission')
}

/** Removes a permission from an API, unless a client or role has it; all others stay. */
export function removeApiPermission(
  deps: ChangeApiDeps,
  request: ApiRequest,
  permission: string,
): Promise<Api> {
  return updateApiBy(deps, request, ({ name, permissions }) => {
    const others = permissions.filter((other) => other.permission !== permission)
    if (others.length === permissions.length) throw noSuchPermission(name)
    return { permissions: others }
  })
}

/** @throws Refusal that says whether there is no such API, or no such permission of it */
export async function findPermission(
  deps: Pick<Deps, 'apis'>,
  { apiId, permission }: NamedPermission,
): Promise<Permission> {
  const { audience, name } = await findApi(deps, apiId)
  const one = { audience, permission }
  if ((await deps.apis.unknown([one])).length > 0) throw noSuchPermission(name)
  return one
}

/** The request names one thing in its path: a refusal must not name a place in a list. */
export async function namingOne<T>(changing: Promise<T>, name: string): Promise<T> {
  try {
    return await changing
  } catch (error) {
    const [first] = (error instanceof Refusal && error.extras.fields) || []
    if (!first) throw error
    throw invalidField(first.field.split('.')[2] ?? name, first.detail)
  }
}

function noSuchPermission(api: string): Refusal {
  return new Refusal('not_found', `The API “${api}” has no permission of this name.`)
}

function refuseOneTooMany({ length }: unknown[]): void {
  if (length < PERMISSIONS_MAX) return
  throw invalidField('permission', `is one too many: there are at most ${PERMISSIONS_MAX}`)
}
