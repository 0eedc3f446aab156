import { openAdmin } from '../admin.ts'
import type { KeyBody } from '../api-types.ts'
import { clientArgument } from '../clients/client-argument.ts'
import { action } from '../command.ts'
import { findClientId } from '../find-client.ts'
import { readPages } from '../pages.ts'
import { print, printJson } from '../terminal.ts'
import { printKeys } from './table.ts'

const ALL = { limit: undefined, all: true, progress: false }

export const list = action(
  'list',
  'List the public keys of a client',
  clientArgument,
  async ({ client, json }) => {
    const admin = await openAdmin()
    const path = `/clients/${await findClientId(admin, client)}/keys`
    const { items } = await readPages<KeyBody>(admin, path, {}, ALL, 'keys')
    if (json) return printJson(items)
    if (items.length === 0) return print('No public keys.')
    printKeys(items)
  },
)
