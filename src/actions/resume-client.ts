import { refuseChangeOfClient } from '../domain/authority.ts'
import { type Client, changedAtTheEdge } from '../domain/client.ts'
import {
  type ChangeClientDeps,
  type ClientRequest,
  changeClient,
  NO_CHANGE,
} from './change-client.ts'

/** Lifts a suspension: the same secrets and tokens, where their time has not come, work again. */
export function resumeClient(deps: ChangeClientDeps, request: ClientRequest): Promise<Client> {
  const allow = (client: Client) => refuseChangeOfClient(request.principal, client, deps.issuer)
  return changeClient(deps, request, allow, (client, now) => {
    if (!client.suspension) return NO_CHANGE(client)
    return {
      after: changedAtTheEdge(client, now, { suspension: null }),
      events: [{ action: 'client.resumed' }],
    }
  })
}
