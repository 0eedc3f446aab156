import type { Client } from '../../domain/client.ts'
import { invalidField } from '../../domain/errors.ts'
import { samePermission } from '../../domain/permission.ts'
import { findPermission, type NamedPermission, namingOne } from '../access/change-one-permission.ts'
import { findRole } from '../access/change-role.ts'
import { type AccessInput, ROLES_MAX } from '../access/resolve-access.ts'
import { type ChangeAccessDeps, changeAccessTo } from './change-access.ts'
import type { ClientRequest } from './change-client.ts'

/** A permission, by the API that it belongs to, or a role. */
export type OneRight = NamedPermission | { roleId: string }

export type RightChange = {
  right: OneRight
  /** Whether the client has it from now on. */
  isGiven: boolean
  /** Whether tokens already issued are cut off too, at the edge as well. */
  applyToIssuedTokens: boolean
}

/**
 * Gives a client one permission or role, or takes it away; everything else that the client has stays.
 * If two are changed at once, both changes hold: the access is read after the ledger's head.
 */
export function changeOneRight(
  deps: ChangeAccessDeps,
  request: ClientRequest,
  { right, isGiven, applyToIssuedTokens }: RightChange,
): Promise<Client> {
  const decide = (client: Client) =>
    'roleId' in right
      ? withRole(deps, client, right.roleId, isGiven)
      : withPermission(deps, client, right, isGiven)
  const changing = changeAccessTo(deps, request, decide, applyToIssuedTokens)
  return namingOne(changing, 'roleId' in right ? 'role_id' : 'permission')
}

async function withRole(
  deps: ChangeAccessDeps,
  { roles, permissions }: Client,
  roleId: string,
  isGiven: boolean,
): Promise<AccessInput> {
  await findRole(deps, roleId)
  const others = roles.filter((other) => other !== roleId)
  if (!isGiven) return { roles: others, permissions }
  if (others.length === roles.length && roles.length >= ROLES_MAX) {
    throw invalidField('role_id', `is one too many: a client has at most ${ROLES_MAX} roles`)
  }
  return { roles: roles.includes(roleId) ? roles : [...roles, roleId], permissions }
}

async function withPermission(
  deps: ChangeAccessDeps,
  { roles, permissions }: Client,
  named: NamedPermission,
  isGiven: boolean,
): Promise<AccessInput> {
  const one = await findPermission(deps, named)
  const others = permissions.filter((other) => !samePermission(other, one))
  return { roles, permissions: isGiven ? [...others, one] : others }
}
