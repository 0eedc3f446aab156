import { openAdmin } from '../admin.ts'
import { action } from '../command.ts'
import { note, printJson } from '../terminal.ts'
import {
  makeClient,
  newClientOptions,
  printCreated,
  readNewClient,
  roleIdsOf,
} from './new-client.ts'

const args = {
  name: { type: 'positional', required: true, description: 'Its display name' },
  ...newClientOptions,
} as const

export const create = action(
  'create',
  'Create a client; its secret, if it has one, is shown this once',
  args,
  async (values) => {
    const wanted = { client_name: values.name, ...readNewClient(values) }
    const admin = await openAdmin()
    const body = { ...wanted, roles: await roleIdsOf(admin, values.role) }
    const made = await makeClient(admin, '/clients', body, !values.noSecret)
    if (values.json) return printJson(made)
    printCreated(made)
    const asked = !values.noSecret && made.profile === null
    if (asked && made.client_secret === undefined) note('This server allows no new secrets.')
  },
)
