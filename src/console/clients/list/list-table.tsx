import type { ListProps } from './list-query.ts'
import type { Client } from '../../../domain/client.ts'
import { statusOf } from '../../../domain/status.ts'
import { cut } from '../../../domain/text.ts'
import { Status } from '../../kit/status.tsx'
import { Table, type TableHeads } from '../../kit/table.tsx'
import { Time } from '../../kit/time.tsx'
import { reasonsInWords } from '../reasons.ts'

const HEADS: TableHeads = [
  'Name',
  'Status',
  ['Access', 'wide'],
  ['Client ID', 'wide'],
  ['Created', 'wide'],
  ['Last token', 'wide'],
]
const SCOPES_SHOWN = 3
const DESCRIPTION_SHOWN = 80

export function ClientTable({ base, clients, now }: ListProps) {
  return (
    <Table label="API clients" heads={HEADS}>
      {clients.map((client) => (
        <tr>
          <td>
            <a href={`${base}/clients/${client.clientId}`}>
              <bdi>{client.name}</bdi>
            </a>
            {client.description && (
              <p class="hint wide">
                <bdi>{shortened(client.description)}</bdi>
              </p>
            )}
          </td>
          <td>
            <Status status={statusOf(client, now)} />
            {reasonsInWords(client, now).map((reason) => (
              <p class="hint">{reason}</p>
            ))}
          </td>
          <td class="wide">
            {shortScope(client)}
            {client.boundSince !== null && <p class="hint">bound tokens alone</p>}
          </td>
          <td class="wide mono">{client.clientId}</td>
          <td class="wide">
            <Time at={client.createdAt} now={now} />
          </td>
          <td class="wide">
            <Time at={client.lastTokenAt} now={now} />
          </td>
        </tr>
      ))}
    </Table>
  )
}

function shortened(text: string): string {
  const short = cut(text, DESCRIPTION_SHOWN)
  return short === text ? text : `${short.trimEnd()}…`
}

/** The first few scope values, and the number of others. */
function shortScope({ access }: Client) {
  const names = [...new Set(access.map(({ permission }) => permission))].sort()
  if (names.length === 0) return <span class="faint">none</span>
  const more = names.length - SCOPES_SHOWN
  return (
    <>
      <code>{names.slice(0, SCOPES_SHOWN).join(' ')}</code>
      {more > 0 && <span class="faint"> +{more}</span>}
    </>
  )
}
