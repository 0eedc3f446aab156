import { openAdmin } from '../admin.ts'
import type { SigningKeyBody } from '../api-types.ts'
import { action } from '../command.ts'
import { readPages } from '../pages.ts'
import { printTable } from '../table.ts'
import { print, printJson } from '../terminal.ts'

const ALL = { limit: undefined, all: true, progress: false }
const HEAD = ['KID', 'ALGORITHM', 'STATE', 'PUBLISHED', 'SIGNS FROM', 'UNTIL']

export const list = action(
  'list',
  'List the keys that tokens are signed with, newest first',
  {},
  async ({ json }) => {
    const admin = await openAdmin()
    const { items } = await readPages<SigningKeyBody>(admin, '/signing-keys', {}, ALL, 'keys')
    if (json) return printJson(items)
    if (items.length === 0) return print('No signing keys.')
    printTable(HEAD, items.map(rowOf), HEAD.indexOf('KID'))
  },
)

function rowOf(key: SigningKeyBody): string[] {
  const from = key.activates_at ?? 'not yet'
  const end = key.revoked_at ?? key.retired_at ?? ''
  return [key.kid, key.algorithm, key.state, key.created_at, from, end]
}
