import type { Client } from '../../../domain/client.ts'
import type { FederatedCredential } from '../../../domain/federation.ts'
import { isUnexpired } from '../../../domain/lasting.ts'
import type { Seconds } from '../../../domain/time.ts'
import { workloadName } from '../../kit/condition-words.ts'
import { Called } from '../../kit/versions.tsx'
import { expiryInWords } from '../../kit/words.ts'
import type { Change } from './change-page.tsx'
import { LastOne } from './last-credential.tsx'

export function deleteWorkloadChange(
  client: Client,
  rule: FederatedCredential,
  now: Seconds,
): Change {
  const name = workloadName(rule)
  const isLive = isUnexpired(rule, now)
  return {
    title: { before: 'Delete federated credential', name: name, after: '?' },
    label: 'Delete federated credential',
    isDanger: true,
    path: `/workloads/${rule.credentialId}/deletion`,
    call: {
      method: 'DELETE',
      path: `/federated-credentials/${rule.credentialId}`,
      command: `workloads delete ${client.clientId} ${rule.credentialId} --yes`,
    },
    body: (
      <>
        <Called name={name} />
        <p>
          {isLive
            ? 'The workload that it lets in gets no more tokens'
            : `This credential ${expiryInWords(rule.expiresAt ?? 0, now)}`}
          . Tokens already issued keep working. {isLive && <LastOne {...{ client, now }} />}
        </p>
      </>
    ),
  }
}
