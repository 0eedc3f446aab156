import { openAdmin } from '../admin.ts'
import { action } from '../command.ts'
import { withClient } from '../find-client.ts'
import { printJson } from '../terminal.ts'
import { clientArgument } from './client-argument.ts'
import {
  makeClient,
  newClientOptions,
  printCreated,
  readNewClient,
  roleIdsOf,
} from './new-client.ts'

const args = {
  ...clientArgument,
  name: {
    type: 'positional',
    description: 'The display name of the new one (default: as the server names a copy)',
  },
  ...newClientOptions,
} as const

export const duplicate = action(
  'duplicate',
  'Create a client like another, with a secret of its own; what is given is instead of what that one has',
  args,
  async (values) => {
    const { permissions, ...wanted } = readNewClient(values)
    const admin = await openAdmin()
    const body = {
      client_name: values.name,
      ...wanted,
      permissions: permissions.length === 0 ? undefined : permissions,
      roles: values.role.length === 0 ? undefined : await roleIdsOf(admin, values.role),
    }
    const made = await withClient(admin, values.client, (id) =>
      makeClient(admin, `/clients/${id}/duplicates`, body, !values.noSecret),
    )
    if (values.json) return printJson(made)
    printCreated(made)
  },
)
