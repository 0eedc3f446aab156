import { openAdmin } from '../admin.ts'
import { action } from '../command.ts'
import { printBody } from '../describe.ts'
import { readOne } from '../noun.ts'
import { printTable } from '../table.ts'
import { print, printJson } from '../terminal.ts'
import { APIS, apiArgument } from './noun.ts'

const HEAD = ['PERMISSION', 'GROUP', 'DESCRIPTION']

export const show = action(
  'show',
  'Show an API and its permissions',
  apiArgument,
  async ({ api, json }) => {
    const { body } = await readOne(await openAdmin(), APIS, api)
    if (json) return printJson(body)
    const { permissions, ...rest } = body
    printBody(rest)
    if (permissions.length === 0) return
    print()
    printTable(
      HEAD,
      permissions.map(({ permission, group = '', description = '' }) => [
        permission,
        group,
        description.replaceAll('\n', ' '),
      ]),
      HEAD.indexOf('DESCRIPTION'),
    )
  },
)
