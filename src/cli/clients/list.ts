import { STATUSES } from '../../domain/status.ts'
import { openAdmin } from '../admin.ts'
import { action } from '../command.ts'
import { pagingOptions, readPages } from '../pages.ts'
import { printTable } from '../table.ts'
import { note, print, printJson } from '../terminal.ts'
import type { ClientBody } from '../api-types.ts'
import { distanceInWords, endInWords, statusCell } from './words.ts'

const args = {
  status: { type: 'string', choices: STATUSES, description: 'With this status' },
  query: {
    type: 'string',
    valueHint: 'TEXT',
    description: 'With this in the name, description or id',
  },
  sort: {
    type: 'string',
    choices: ['name', '-created_at', 'expires_at'],
    description: 'By name, newest first, or by what expires first',
  },
  ...pagingOptions,
} as const

const HEAD = ['STATUS', 'NAME', 'CLIENT ID', 'EXPIRES', 'LAST TOKEN']

export const list = action('list', 'List clients', args, async (values) => {
  const admin = await openAdmin()
  const filter = { status: values.status, q: values.query, sort: values.sort }
  const { items, isCut } = await readPages<ClientBody>(admin, '/clients', filter, values, 'clients')
  if (values.json) return printJson(items)
  if (items.length === 0) return print('No clients.')
  printTable(HEAD, items.map(rowOf), HEAD.indexOf('NAME'))
  if (isCut) note(`These are the first ${items.length}: --limit N or --all shows more.`)
})

function rowOf(client: ClientBody) {
  const { client_name: name, client_id: id, last_token_at: lastToken } = client
  const last = lastToken === null ? 'never' : distanceInWords(lastToken)
  return [statusCell(client), name, id, endInWords(client), last]
}
