import { type Client, changed, visibleSecrets } from '../../domain/client.ts'
import { Refusal } from '../../domain/errors.ts'
import type { Secret } from '../../domain/secret.ts'
import type { Seconds } from '../../domain/time.ts'
import { type ChangeClientDeps, type ClientRequest, changeClient } from './change-client.ts'

/** Deletes a secret: it stops working at once. Tokens issued with it stay valid. */
export async function deleteSecret(
  deps: ChangeClientDeps,
  request: ClientRequest,
  secretId: string,
): Promise<void> {
  await changeClient(deps, request, (client, now) => {
    const gone = findSecret(client, secretId, now)
    const secrets = visibleSecrets(client, now).filter((secret) => secret !== gone)
    return {
      after: changed(client, now, { secrets }),
      events: [{ action: 'secret.deleted', target: { type: 'secret', id: secretId } }],
    }
  })
}

export function findSecret(client: Client, secretId: string, now: Seconds): Secret {
  const secret = visibleSecrets(client, now).find((one) => one.secretId === secretId)
  if (!secret) throw new Refusal('not_found', 'The client has no such secret.')
  return secret
}
