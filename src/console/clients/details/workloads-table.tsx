import type { Client } from '../../../domain/client.ts'
import type { FederatedCredential, TrustedIssuer } from '../../../domain/federation.ts'
import type { Seconds } from '../../../domain/time.ts'
import { conditionsInWords, workloadName } from '../../kit/condition-words.ts'
import { DialogButton } from '../../kit/dialog.tsx'
import { BareTable, Scroll, type TableHeads } from '../../kit/table.tsx'
import { Time } from '../../kit/time.tsx'
import { End, Reminder } from './credential-cells.tsx'

type WorkloadsProps = {
  client: Client
  issuers: TrustedIssuer[]
  now: Seconds
  mayManage: boolean
}

/** The federated credentials of a client: which workloads may act as it. */
export function WorkloadsTable({ client, issuers, now, mayManage }: WorkloadsProps) {
  const { federatedCredentials: rules } = client
  if (rules.length === 0) return <p class="faint">{WHAT_FOR}</p>
  const heads: TableHeads = [
    ...(['Workload', 'Issuer', 'Conditions', 'Expires', 'Last used', 'Reminder'] as const),
  ]
  if (mayManage) heads.push('Change')
  const names = new Map(issuers.map(({ issuerId, name }) => [issuerId, name]))
  return (
    <Scroll label="Workload identity">
      <BareTable heads={heads}>
        {rules.map((rule) => (
          <tr>
            <th scope="row">
              <bdi>{workloadName(rule)}</bdi>
            </th>
            <td>
              <bdi>{names.get(rule.issuerId) ?? rule.issuerId}</bdi>
            </td>
            <Conditions of={rule} />
            <td>
              <End of={rule} now={now} />
            </td>
            <td>
              <Time at={rule.lastUsedAt} now={now} />
            </td>
            <td>
              {rule.expiresAt !== null && (
                <Reminder of={rule} now={now} isNewest={rule === rules.at(-1)} />
              )}
            </td>
            {mayManage && (
              <td>
                <DialogButton dialog={`delete-${rule.credentialId}`} kind="danger">
                  Delete
                  <span class="unseen"> federated credential {workloadName(rule)}</span>
                </DialogButton>
              </td>
            )}
          </tr>
        ))}
      </BareTable>
    </Scroll>
  )
}

const WHAT_FOR =
  'None. With one, a job of a platform (such as GitHub Actions or Kubernetes) gets tokens by the identity that its platform gives it, and there is no secret at all.'

function Conditions({ of: rule }: { of: FederatedCredential }) {
  return (
    <td>
      {conditionsInWords(rule).map((condition) => (
        <p class="subject">
          <bdi class="mono">{condition}</bdi>
        </p>
      ))}
    </td>
  )
}
