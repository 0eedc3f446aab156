import type { Client } from '../../../domain/client.ts'
import type { FederatedCredential } from '../../../domain/federation.ts'
import { isUnexpired } from '../../../domain/lasting.ts'
import type { Seconds } from '../../../domain/time.ts'
import { workloadName } from '../../kit/condition-words.ts'
import { Called } from '../../kit/confirm.tsx'
import { expiryInWords } from '../../kit/words.ts'
import type { Change } from './change-dialog.tsx'
import { LastOne } from './last-credential.tsx'

export function deleteWorkloadChange(
  client: Client,
  rule: FederatedCredential,
  now: Seconds,
): Change {
  const name = workloadName(rule)
  const isLive = isUnexpired(rule, now)
  return {
    id: `delete-${rule.credentialId}`,
    title: `Delete federated credential ${name}?`,
    label: 'Delete federated credential',
    danger: true,
    path: `/workloads/${rule.credentialId}/deletion`,
    body: (
      <>
        <Called name={name} />
        <p>
          {isLive
            ? 'The workload that it let in gets no more tokens'
            : `It ${expiryInWords(rule.expiresAt ?? 0, now)}`}
          . Tokens that were issued for it live on. {isLive && <LastOne {...{ client, now }} />}
        </p>
      </>
    ),
  }
}
