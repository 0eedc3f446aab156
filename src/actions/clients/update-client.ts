import { differences } from '../../domain/audit.ts'
import { type Client, changed } from '../../domain/client.ts'
import { type ClientDetails, DETAIL_NAMES } from '../../domain/client-details.ts'
import { bindsTokens } from '../../domain/token-binding.ts'
import { type NewText, refuseUnseen } from '../../domain/unseen.ts'
import {
  type ChangeClientDeps,
  type ClientRequest,
  changeClient,
  unchanged,
} from './change-client.ts'
import { placeOfKeys, type PublishedKeysDeps } from './published-keys.ts'

/** Changes the details of a client that are given. */
export function updateClient(
  deps: ChangeClientDeps & PublishedKeysDeps,
  request: ClientRequest,
  details: Partial<ClientDetails>,
): Promise<Client> {
  return changeClient(deps, request, async (client, now) => {
    const wanted = { jwksUri: details.jwksUri, createdBy: request.principal.id }
    const place = await placeOfKeys(deps, client, wanted, now)
    const wholly = { ...client, ...details }
    const boundSince = bindsTokens(wholly) ? (client.boundSince ?? now) : null
    const after = changed(client, now, { ...details, ...place, boundSince })
    refuseUnseen(textsOf(after), textsOf(client))
    const changes = differences<ClientDetails>(client, after, DETAIL_NAMES)
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
