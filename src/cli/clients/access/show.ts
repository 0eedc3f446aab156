import { openAdmin } from '../../admin.ts'
import type { ClientBody, RoleBody } from '../../api-types.ts'
import { action } from '../../command.ts'
import { readClient } from '../../find-client.ts'
import { readAll } from '../../noun.ts'
import { ROLES } from '../../roles/noun.ts'
import { printTable } from '../../table.ts'
import { print, printJson } from '../../terminal.ts'
import { clientArgument } from '../client-argument.ts'

export const show = action(
  'show',
  'Show what a client may do, and by which role',
  clientArgument,
  async ({ client: named, json }) => {
    const admin = await openAdmin()
    const client = await readClient(admin, named)
    const all = client.roles.length === 0 ? [] : await readAll(admin, ROLES)
    const roles = all.filter(({ role_id: id }) => client.roles.includes(id))
    if (json) return printJson(accessOf(client, roles))
    const rows = rowsOf(client, roles)
    if (rows.length === 0) return print('It has no permissions.')
    printTable(['PERMISSION', 'API', 'BY'], rows)
  },
)

/** The access by itself, as `set` and the admin API take it, with its roles by name. */
function accessOf({ client_id, permissions, scope }: ClientBody, roles: RoleBody[]) {
  return {
    client_id,
    permissions,
    roles: roles.map(({ role_id, name, permissions: theirs }) => ({
      role_id,
      name,
      permissions: theirs,
    })),
    scope,
  }
}

function rowsOf({ permissions }: ClientBody, roles: RoleBody[]): string[][] {
  const own = permissions.map(({ permission, audience }) => [permission, audience, 'itself'])
  return [
    ...own,
    ...roles.flatMap(({ name, permissions: theirs }) =>
      theirs.map(({ permission, audience }) => [permission, audience, `role ${name}`]),
    ),
  ]
}
