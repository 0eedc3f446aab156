import type { FederatedCredential } from '../../../domain/federation.ts'
import { conditionsInWords, workloadName } from '../../kit/condition-words.ts'
import { type Column, Table } from '../../kit/table.tsx'
import { clientPath } from '../dialogs/change-page.tsx'
import { deleteColumn, expiresColumn, lastUsedColumn } from './credential-columns.tsx'
import type { DetailsProps } from './details-props.ts'

/** The federated credentials of a client: which workloads may act as it. */
export function WorkloadsTable(props: DetailsProps) {
  const { client } = props
  return (
    <Table
      label="Workload identity"
      columns={columnsOf(props)}
      rows={client.federatedCredentials}
    />
  )
}

const nameOf = (rule: FederatedCredential) => `federated credential ${workloadName(rule)}`

function columnsOf(props: DetailsProps): Column<FederatedCredential>[] {
  const { base, client, issuers, now, lead, mayManage } = props
  const names = new Map(issuers.map(({ issuerId, name }) => [issuerId, name]))
  const pathOf = ({ credentialId }: FederatedCredential) =>
    `${clientPath(base, client)}/workloads/${credentialId}`
  return [
    {
      head: 'Workload',
      cell: (rule) => (
        <>
          <bdi class="name">{workloadName(rule)}</bdi>
          <p class="sub">
            <bdi>{names.get(rule.issuerId) ?? rule.issuerId}</bdi>
          </p>
        </>
      ),
    },
    { head: 'Conditions', cell: (rule) => <Conditions of={rule} /> },
    expiresColumn({ all: client.federatedCredentials, now, lead }),
    lastUsedColumn(now),
    ...(mayManage ? [deleteColumn(pathOf, nameOf)] : []),
  ]
}

function Conditions({ of: rule }: { of: FederatedCredential }) {
  return (
    <>
      {conditionsInWords(rule).map((condition) => (
        <p>
          <bdi class="mono">{condition}</bdi>
        </p>
      ))}
    </>
  )
}
