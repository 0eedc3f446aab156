import { STATUSES } from '../../domain/status.ts'
import { openAdmin } from '../admin.ts'
import { action } from '../command.ts'
import { findId } from '../noun.ts'
import { pagingOptions, readPages } from '../pages.ts'
import { ROLES } from '../roles/noun.ts'
import { printTable } from '../table.ts'
import { note, print, printJson } from '../terminal.ts'
import type { ClientBody } from '../api-types.ts'
import { distanceInWords, endInWords, statusCell } from './words.ts'

const args = {
  status: { type: 'string', choices: STATUSES, description: 'With this status' },
  query: {
    type: 'string',
    valueHint: 'TEXT',
    description: 'With these words in the name, description, id, tags or key ids',
  },
  tag: { type: 'string', valueHint: 'TAG', description: 'With this tag' },
  role: { type: 'string', valueHint: 'ROLE', description: 'With this role' },
  audience: { type: 'string', valueHint: 'AUDIENCE', description: 'With a permission of this API' },
  permission: {
    type: 'string',
    valueHint: 'PERMISSION',
    description: 'With this permission, of any API or of --audience',
  },
  unusedSince: {
    type: 'string',
    valueHint: 'DATE',
    description: 'Last used before, or never used and created before',
  },
  key: { type: 'string', valueHint: 'KEY', description: 'With this key id or hint' },
  sort: {
    type: 'string',
    choices: ['name', '-created_at', 'expires_at', 'last_used_at'],
    description: 'By name, newest first, what expires first, or least recently used first',
  },
  ...pagingOptions,
} as const

const HEAD = ['STATUS', 'NAME', 'CLIENT ID', 'EXPIRES', 'LAST USED']

export const list = action('list', 'List clients', args, async (values) => {
  const admin = await openAdmin()
  const filter = {
    status: values.status,
    q: values.query,
    sort: values.sort,
    tag: values.tag,
    role_id: values.role === undefined ? undefined : await findId(admin, ROLES, values.role),
    audience: values.audience,
    permission: values.permission,
    unused_since: values.unusedSince,
    key: values.key,
  }
  const { items, isCut } = await readPages<ClientBody>(admin, '/clients', filter, values, 'clients')
  if (values.json) return printJson(items)
  if (items.length === 0) return print('No clients.')
  printTable(HEAD, items.map(rowOf), HEAD.indexOf('NAME'))
  if (isCut) note(`These are the first ${items.length}: --limit N or --all shows more.`)
})

function rowOf(client: ClientBody) {
  const { client_name: name, client_id: id, last_used_at: lastUsed } = client
  const used = lastUsed === undefined ? client.last_token_at : lastUsed
  const last = used === null ? 'never' : distanceInWords(used)
  return [statusCell(client), name, id, endInWords(client), last]
}
