import { openAdmin } from '../admin.ts'
import type { RuleBody } from '../api-types.ts'
import { clientArgument } from '../clients/client-argument.ts'
import { action } from '../command.ts'
import { findClientId } from '../find-client.ts'
import { readPages } from '../pages.ts'
import { print, printJson } from '../terminal.ts'
import { printWorkloads } from './table.ts'

const ALL = { limit: undefined, all: true, progress: false }

export const list = action(
  'list',
  'List the federated credentials of a client',
  clientArgument,
  async ({ client, json }) => {
    const admin = await openAdmin()
    const path = `/clients/${await findClientId(admin, client)}/federated-credentials`
    const { items } = await readPages<RuleBody>(admin, path, {}, ALL, 'workloads')
    if (json) return printJson(items)
    if (items.length === 0) return print('No federated credentials.')
    printWorkloads(items)
  },
)
