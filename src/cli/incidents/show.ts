import { type Admin, openAdmin } from '../admin.ts'
import { ADMINISTRATORS } from '../administrators/noun.ts'
import type { ClientBody, IncidentBody } from '../api-types.ts'
import { action } from '../command.ts'
import { labelOf as labelOfClient } from '../find-client.ts'
import { isNotThere } from '../http.ts'
import { labelOf, readAll } from '../noun.ts'
import { printFields, printTable } from '../table.ts'
import { print, printJson } from '../terminal.ts'
import { timeInWords } from '../times.ts'

const args = {
  incidentId: {
    type: 'positional',
    required: true,
    description: 'The incident_id, with which the address that respond prints ends',
  },
} as const

const HEAD = ['CLIENT', 'CLIENT ID', 'STATUS', 'DONE', 'TOKENS SINCE', 'REFUSED SINCE']

export const show = action(
  'show',
  'Show what was done in an incident, and what its clients did since',
  args,
  async ({ incidentId, json }) => {
    const path = `/incidents/${encodeURIComponent(incidentId)}`
    const admin = await openAdmin()
    const body = (await admin.request('GET', path)).body as IncidentBody
    if (json) return printJson(body)
    printFields([
      ['Incident', body.incident_id],
      ['At', timeInWords(body.at)],
      ['By', await actorInWords(admin, body.actor)],
      ['Reason', body.reason],
      ['Counted from', body.counted_from],
    ])
    print()
    printTable(HEAD, body.clients.map(rowOf), HEAD.indexOf('CLIENT'))
  },
)

/** The name beside the id, as far as there still is one. */
async function actorInWords(admin: Admin, { type, id }: IncidentBody['actor']): Promise<string> {
  if (type === 'administrator') {
    const found = (await readAll(admin, ADMINISTRATORS)).find((one) => one.administrator_id === id)
    return found ? labelOf(ADMINISTRATORS, found) : id
  }
  if (type !== 'client') return id
  try {
    const { body } = await admin.request('GET', `/clients/${encodeURIComponent(id)}`)
    return labelOfClient(body as ClientBody)
  } catch (failure) {
    if (isNotThere(failure)) return id
    throw failure
  }
}

function rowOf({ client, client_id: id, ...rest }: IncidentBody['clients'][number]): string[] {
  const refused = Object.entries(rest.refused).map(([why, count]) => `${count} ${why}`)
  return [
    client?.client_name ?? 'deleted',
    id,
    client?.status ?? '',
    doneIn(rest).join(', ') || 'nothing',
    String(rest.issued),
    refused.join(', ') || '0',
  ]
}

type Done = Pick<IncidentBody['clients'][number], 'suspended' | 'ended_secrets' | 'tokens_revoked'>

function doneIn({ suspended, ended_secrets: ended, tokens_revoked: revoked }: Done): string[] {
  return [
    ...(suspended ? ['suspended'] : []),
    ...(ended.length > 0 ? [`secrets ended (${ended.length})`] : []),
    ...(revoked ? ['tokens revoked'] : []),
  ]
}
