import { differences } from '../../domain/audit.ts'
import { type Client, changed } from '../../domain/client.ts'
import { type NewText, refuseUnseen } from '../../domain/unseen.ts'
import {
  type ChangeClientDeps,
  type ClientRequest,
  changeClient,
  unchanged,
} from './change-client.ts'

export type ClientDetails = Partial<
  Pick<Client, 'name' | 'description' | 'accessTokenLifetime' | 'allowSelfRotation'>
>

const FIELDS = {
  name: 'client_name',
  description: 'description',
  accessTokenLifetime: 'access_token_lifetime',
  allowSelfRotation: 'allow_self_rotation',
}

/** Changes a client's name, description, token lifetime, or whether it may rotate its secret. */
export function updateClient(
  deps: ChangeClientDeps,
  request: ClientRequest,
  details: ClientDetails,
): Promise<Client> {
  return changeClient(deps, request, (client, now) => {
    const after = changed(client, now, details)
    refuseUnseen(textsOf(after), textsOf(client))
    const changes = differences(client, after, FIELDS)
    if (Object.keys(changes).length === 0) return unchanged(client)
    return { after, events: [{ action: 'client.updated', changes }] }
  })
}

function textsOf({ name, description }: Client): NewText[] {
  return [
    { field: 'client_name', text: name, isName: true },
    { field: 'description', text: description },
  ]
}
