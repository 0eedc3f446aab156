import { changed, visibleSecrets } from '../domain/client.ts'
import { Refusal } from '../domain/errors.ts'
import { type ChangeClientDeps, type ClientRequest, changeClient } from './change-client.ts'

/** Deletes a secret: it stops working at once. Tokens issued with it live on. */
export async function deleteSecret(
  deps: ChangeClientDeps,
  request: ClientRequest,
  secretId: string,
): Promise<void> {
  await changeClient(deps, request, (client, now) => {
    const visible = visibleSecrets(client, now)
    if (!visible.some((secret) => secret.secretId === secretId)) {
      throw new Refusal('not_found', 'The client has no such secret.')
    }
    const secrets = visible.filter((secret) => secret.secretId !== secretId)
    return {
      after: changed(client, now, { secrets }),
      events: [{ action: 'secret.deleted', target: { type: 'secret', id: secretId } }],
    }
  })
}
