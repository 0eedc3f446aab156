import { type Client, changed } from '../../domain/client.ts'
import { Refusal } from '../../domain/errors.ts'
import type { FederatedCredential } from '../../domain/federation.ts'
import { type ChangeClientDeps, type ClientRequest, changeClient } from './change-client.ts'

/** Deletes a rule: the workload that it let in gets no more tokens. Tokens stay valid. */
export async function deleteFederatedCredential(
  deps: ChangeClientDeps,
  request: ClientRequest,
  credentialId: string,
): Promise<void> {
  await changeClient(deps, request, (client, now) => {
    const gone = findFederatedCredential(client, credentialId)
    const federatedCredentials = client.federatedCredentials.filter((one) => one !== gone)
    const target = { type: 'federated_credential', id: credentialId } as const
    return {
      after: changed(client, now, { federatedCredentials }),
      events: [{ action: 'federated_credential.deleted', target }],
    }
  })
}

export function findFederatedCredential(client: Client, credentialId: string): FederatedCredential {
  const one = client.federatedCredentials.find((rule) => rule.credentialId === credentialId)
  if (!one) throw new Refusal('not_found', 'The client has no such federated credential.')
  return one
}
