import { type Client, changed } from '../../domain/client.ts'
import { Refusal } from '../../domain/errors.ts'
import type { PublicKey } from '../../domain/public-key.ts'
import { type ChangeClientDeps, type ClientRequest, changeClient } from './change-client.ts'

/** Deletes a public key: assertions signed with it are refused at once. Tokens stay valid. */
export async function deletePublicKey(
  deps: ChangeClientDeps,
  request: ClientRequest,
  keyId: string,
): Promise<void> {
  await changeClient(deps, request, (client, now) => {
    const gone = findPublicKey(client, keyId)
    return {
      after: changed(client, now, { publicKeys: client.publicKeys.filter((key) => key !== gone) }),
      events: [{ action: 'public_key.deleted', target: { type: 'public_key', id: keyId } }],
    }
  })
}

export function findPublicKey(client: Client, keyId: string): PublicKey {
  const key = client.publicKeys.find((one) => one.keyId === keyId)
  if (!key) throw new Refusal('not_found', 'The client has no such public key.')
  return key
}
