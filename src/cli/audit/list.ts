import { AUDIT_ACTIONS } from '../../domain/audit.ts'
import { openAdmin } from '../admin.ts'
import { action } from '../command.ts'
import { findActorId } from '../find-actor.ts'
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
  actor: {
    type: 'string',
    valueHint: 'ACTOR',
    description:
      'By this administrator (address or id), client (its id), bootstrap, or portcullis itself',
  },
  since: {
    type: 'string',
    valueHint: 'TIME',
    description: 'From this day in UTC on, 2026-11-26, or from this moment, 2026-11-26T09:30:00Z',
  },
  until: {
    type: 'string',
    valueHint: 'TIME',
    description: 'Until the end of this day, or before this moment',
  },
  order: {
    type: 'string',
    choices: ['desc', 'asc'],
    valueHint: 'ORDER',
    description: 'desc: newest first (default); asc: oldest first',
  },
  ...pagingOptions,
} as const

export const list = action('list', 'Who did what, when and why', args, async (values) => {
  const admin = await openAdmin()
  const clientId =
    values.client === undefined ? undefined : await findClientId(admin, values.client)
  const { action, since, until, order } = values
  const actor = values.actor === undefined ? undefined : await findActorId(admin, values.actor)
  const filter = { client_id: clientId, action, actor, since, until, order }
  const { items, isCut } = await readPages<EventBody>(
    admin,
    '/audit-events',
    filter,
    values,
    'events',
  )
  if (values.json) return printJson(items)
  if (items.length === 0) return print('No such events.')
  printTable(['AT', 'ACTION', 'BY', 'TARGET', 'REASON'], items.map(rowOf), 4)
  const which = order === 'asc' ? 'oldest' : 'newest'
  if (isCut) note(`These are the ${which} ${items.length}: --limit N or --all shows more.`)
})

function rowOf(event: EventBody) {
  const { at, action: done, actor, client_id: client, target, reason = '' } = event
  const isOfClient = target.id === client || client === null
  const [what, whose] = [nameOf(target), event.client_name ?? client]
  return [
    at,
    done,
    // Most ids already name their type.
    actor.name === undefined && !actor.id.startsWith(actor.type)
      ? `${actor.type} ${actor.id}`
      : nameOf(actor),
    isOfClient ? what : `${what} of ${whose}`,
    reason.replaceAll('\n', ' '),
  ]
}

/** The name with its id, because names can be the same; the address of a person is unique. */
function nameOf({ type, id, name, removed }: EventBody['target'] | EventBody['actor']): string {
  if (name === undefined) return id
  const gone = removed ? (type === 'administrator' ? ' (removed)' : ' (deleted)') : ''
  return type === 'administrator' ? name + gone : `${name}${gone} (${id})`
}
