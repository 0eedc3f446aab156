import { AUDIT_ACTIONS } from '../../domain/audit.ts'
import { openAdmin } from '../admin.ts'
import { action } from '../command.ts'
import { findClientId } from '../find-client.ts'
import { pagingOptions, readPages } from '../pages.ts'
import { printTable } from '../table.ts'
import { note, print, printJson } from '../terminal.ts'
import type { EventBody } from '../api-types.ts'

const args = {
  client: {
    type: 'string',
    valueHint: 'CLIENT',
    description: 'Of this client: its id, or its name',
  },
  action: {
    type: 'string',
    choices: AUDIT_ACTIONS,
    valueHint: 'ACTION',
    description: 'Of this kind, such as client.suspended',
  },
  ...pagingOptions,
} as const

export const list = action(
  'list',
  'Who did what, when and why, newest first',
  args,
  async (values) => {
    const admin = await openAdmin()
    const clientId =
      values.client === undefined ? undefined : await findClientId(admin, values.client)
    const filter = { client_id: clientId, action: values.action }
    const { items, isCut } = await readPages<EventBody>(
      admin,
      '/audit-events',
      filter,
      values,
      'events',
    )
    if (values.json) return printJson(items)
    if (items.length === 0) return print('Nothing happened.')
    printTable(['AT', 'ACTION', 'BY', 'TARGET', 'REASON'], items.map(rowOf), 4)
    if (isCut) note(`These are the newest ${items.length}: --limit N or --all shows more.`)
  },
)

function rowOf({ at, action: done, actor, client_id: client, target, reason = '' }: EventBody) {
  // Most ids already name their type.
  const by = actor.id.startsWith(actor.type) ? actor.id : `${actor.type} ${actor.id}`
  const what = target.id === client || client === null ? target.id : `${target.id} of ${client}`
  return [at, done, by, what, reason.replaceAll('\n', ' ')]
}
