import { openAdmin } from '../admin.ts'
import { action } from '../command.ts'
import { printBody } from '../describe.ts'
import { readOne } from '../noun.ts'
import { printTable } from '../table.ts'
import { print, printJson } from '../terminal.ts'
import { ROLES, roleArgument } from './noun.ts'

export const show = action(
  'show',
  'Show a role and its permissions',
  roleArgument,
  async ({ role, json }) => {
    const { body } = await readOne(await openAdmin(), ROLES, role)
    if (json) return printJson(body)
    const { permissions, ...rest } = body
    printBody(rest)
    if (permissions.length === 0) return
    print()
    printTable(
      ['PERMISSION', 'API'],
      permissions.map(({ permission, audience }) => [permission, audience]),
    )
  },
)
