import type { Client } from '../../../domain/client.ts'
import { statusOf } from '../../../domain/status.ts'
import { Status } from '../../kit/status.tsx'
import { type Column, Table } from '../../kit/table.tsx'
import { Time } from '../../kit/time.tsx'
import { reasonsInWords } from '../reasons.ts'
import type { ListProps } from './list-query.ts'

const SCOPES_SHOWN = 3

export function ClientTable({ base, clients, now }: ListProps) {
  const columns: Column<Client>[] = [
    { head: 'Name', cell: (client) => <Name base={base} of={client} /> },
    {
      head: 'Status',
      kind: 'state',
      cell: (client) => (
        <span class="one">
          <Status status={statusOf(client, now)} />{' '}
          <span class="sub">{reasonsInWords(client, now).join('. ')}</span>
        </span>
      ),
    },
    { head: 'Access', kind: 'wide half', cell: (client) => <ShortScope of={client} /> },
    {
      head: 'Last token',
      kind: 'date',
      cell: ({ lastTokenAt }) => <Time at={lastTokenAt} now={now} isShort />,
    },
  ]
  return <Table label="API clients" columns={columns} rows={clients} kind="fixed" />
}

function Name({ base, of: { clientId, name, description } }: { base: string; of: Client }) {
  return (
    <>
      <a class="one name" href={`${base}/clients/${clientId}`}>
        <bdi>{name}</bdi>
      </a>
      <span class="one sub narrow">
        <bdi>{description || clientId}</bdi>
      </span>
    </>
  )
}

/** The first few scope values, and the number of others. */
function ShortScope({ of: { access } }: { of: Client }) {
  const names = [...new Set(access.map(({ permission }) => permission))].sort()
  if (names.length === 0) return <span class="faint">none</span>
  const more = names.length - SCOPES_SHOWN
  return (
    <span class="one">
      <code>{names.slice(0, SCOPES_SHOWN).join(' ')}</code>
      {more > 0 && <span class="faint"> +{more}</span>}
    </span>
  )
}
