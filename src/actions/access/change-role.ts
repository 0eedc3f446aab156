import { requireVersion } from '../changes/require-version.ts'
import type { Role } from '../../domain/api.ts'
import { differences } from '../../domain/audit.ts'
import { refuseChangeOfHeld, refuseGiving } from '../../domain/authority.ts'
import { Refusal } from '../../domain/errors.ts'
import { inOrder, type Permission, samePermission } from '../../domain/permission.ts'
import type { Deps } from '../../domain/deps.ts'
import { weightMax } from '../../domain/token-size.ts'
import { type NewText, refuseUnseen } from '../../domain/unseen.ts'
import { type AdminRequest, type CommitDeps, eventBy, noChange } from '../changes/commit-change.ts'
import { commitOnce, type OnceDeps } from '../changes/make-once.ts'
import { existing, type NewRole } from './create-role.ts'
import { refuseOverfull } from './fit-token.ts'
import { inUse } from './refuse-in-use.ts'

export type RoleRequest = AdminRequest & { roleId: string; expectedVersions?: number[] | undefined }

export type ChangeRoleDeps = CommitDeps &
  OnceDeps &
  Pick<Deps, 'apis' | 'roles' | 'issuer' | 'statusListBase'>

const FIELDS = { name: 'name', description: 'description', permissions: 'permissions' }

export async function findRole(deps: Pick<Deps, 'roles'>, roleId: string): Promise<Role> {
  const role = await deps.roles.find(roleId)
  if (!role) throw new Refusal('not_found', 'There is no such role.')
  return role
}

/** Changes a role, and so what every holder of it may do. */
export function updateRole(
  deps: ChangeRoleDeps,
  request: RoleRequest,
  input: Partial<NewRole>,
): Promise<Role> {
  return updateRoleBy(deps, request, async () => input)
}

/** The same by a decision on the role as it is read after the ledger's head. */
export function updateRoleBy(
  deps: ChangeRoleDeps,
  request: RoleRequest,
  decide: (role: Role) => Promise<Partial<NewRole>>,
): Promise<Role> {
  return commitOnce(deps, request, async (now) => {
    const { role: before } = await changeableRole(deps, request)
    const input = await decide(before)
    if (input.permissions) refuseGiving(request.principal, input.permissions, deps.issuer)
    const after: Role = {
      ...before,
      name: input.name ?? before.name,
      description: input.description ?? before.description,
      permissions: input.permissions
        ? await existing(deps, input.permissions, before.permissions)
        : before.permissions,
      version: before.version + 1,
      updatedAt: now,
    }
    refuseUnseen(textsOf(after), textsOf(before))
    const changes = differences(seen(before), seen(after), FIELDS)
    const target = { type: 'role' as const, id: after.roleId }
    if (Object.keys(changes).length === 0)
      return noChange(before, [{ kind: 'role', before, after: before }], target)
    await refuseGrowthBeyond(deps, before, after)
    return {
      result: after,
      events: [{ ...eventBy(request, 'role.updated', target), changes }],
      writes: [{ kind: 'role', before, after }],
    }
  })
}

function textsOf({ name, description }: Role): NewText[] {
  return [
    { field: 'name', text: name, isName: true },
    { field: 'description', text: description },
  ]
}

/**
 * Added permissions must fit into the tokens of all holders, which are checked only when the role
 * grows.
 */
async function refuseGrowthBeyond(deps: ChangeRoleDeps, before: Role, after: Role): Promise<void> {
  const had = (one: Permission) => before.permissions.some((other) => samePermission(one, other))
  if (after.permissions.every(had)) return
  const max = weightMax(deps)
  refuseOverfull(await deps.roles.overfullHolder(after.roleId, after.permissions, max))
}

/** The role as the audit log records it, without the order in which permissions were sent. */
function seen(role: Role): Role {
  return { ...role, permissions: inOrder(role.permissions) }
}

/** Deletes a role that no client holds. */
export function deleteRole(deps: ChangeRoleDeps, request: RoleRequest): Promise<void> {
  return commitOnce(deps, request, async () => {
    const { role, held } = await changeableRole(deps, request)
    if (held.any) throw inUse('this role', await deps.roles.inUse(role.roleId))
    return {
      result: undefined,
      events: [eventBy(request, 'role.deleted', { type: 'role', id: role.roleId })],
      writes: [{ kind: 'role', before: role, after: null }],
    }
  })
}

async function changeableRole(deps: ChangeRoleDeps, request: RoleRequest) {
  const role = await findRole(deps, request.roleId)
  const held = await deps.roles.holders(role.roleId, request.principal.id)
  refuseChangeOfHeld(request.principal, held)
  refuseGiving(request.principal, role.permissions, deps.issuer)
  requireVersion(role.version, request.expectedVersions)
  return { role, held }
}
