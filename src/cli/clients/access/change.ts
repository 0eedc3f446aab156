import { openAdmin } from '../../admin.ts'
import type { ClientBody } from '../../api-types.ts'
import { changeAsRead } from '../../change-as-read.ts'
import { usageFailure } from '../../failure.ts'
import { labelOf, readVersion } from '../../find-client.ts'
import { readPermission } from '../../permissions.ts'
import { print, printJson } from '../../terminal.ts'
import { clientArgument } from '../client-argument.ts'
import { accessOptions, roleIdsOf } from '../new-client.ts'

export const changeOptions = {
  ...clientArgument,
  ...accessOptions,
  revokeTokens: {
    type: 'boolean',
    description: 'Also revoke the tokens issued so far',
  },
} as const

type Access = Pick<ClientBody, 'roles' | 'permissions'>
type Values = {
  client: string
  role: string[]
  permission: string[]
  revokeTokens: boolean
  json: boolean
}

/** `named`: the access on the command line. */
type Change = (before: Access, named: Access) => Access

/** Sets what a client may do, by what it may do: the two lists are read, changed and written as one. */
export async function changeAccess(values: Values, change: Change): Promise<void> {
  const permissions = values.permission.map((text) => readPermission('--permission', text))
  const admin = await openAdmin()
  const named = { permissions, roles: await roleIdsOf(admin, values.role) }
  const { client, ifMatch } = await readVersion(admin, values.client)
  const path = `/clients/${client.client_id}`
  const target = { method: 'PUT', path: `${path}/access`, readAt: path, ifMatch } as const
  const wishes = values.revokeTokens ? { apply_to_issued_tokens: true } : {}
  const wanted = { state: change(client, named), wishes }
  // Somebody else may have made the same change, and revoked nothing.
  const isGranted = (now: ClientBody) =>
    !values.revokeTokens || now.tokens_valid_from !== client.tokens_valid_from
  const after = await changeAsRead<ClientBody>(admin, target, wanted, isGranted)
  if (values.json) return printJson(after)
  print(`${labelOf(after)} may do: ${after.scope || 'nothing'}`)
}

export function requireNamed(
  { role, permission }: Pick<Values, 'role' | 'permission'>,
  otherwise = 'Give --permission or --role.',
): void {
  if (role.length + permission.length === 0) throw usageFailure(otherwise)
}
