import { refuseSuspensionOfItself } from '../domain/authority.ts'
import { type Client, changedAtTheEdge } from '../domain/client.ts'
import {
  type ChangeClientDeps,
  type ClientRequest,
  changeClient,
  NO_CHANGE,
} from './change-client.ts'

/** Stops a client until it is resumed: from the commit on, no token is issued or active. */
export function suspendClient(
  deps: ChangeClientDeps,
  request: ClientRequest,
  reason: string | undefined,
): Promise<Client> {
  const allow = (client: Client) => refuseSuspensionOfItself(request.principal, client)
  return changeClient(deps, request, allow, (client, now) => {
    if (client.suspension) return NO_CHANGE(client)
    const suspension = { at: now, reason: reason ?? null }
    return {
      after: changedAtTheEdge(client, now, { suspension }),
      events: [{ action: 'client.suspended', reason }],
    }
  })
}
