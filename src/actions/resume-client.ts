import { type Client, changedAtTheEdge } from '../domain/client.ts'
import {
  type ChangeClientDeps,
  type ClientRequest,
  changeClient,
  unchanged,
} from './change-client.ts'

/** Lifts a suspension: the same secrets and tokens, where their time has not come, work again. */
export function resumeClient(deps: ChangeClientDeps, request: ClientRequest): Promise<Client> {
  return changeClient(deps, request, (client, now) => {
    if (!client.suspension) return unchanged(client)
    return {
      after: changedAtTheEdge(client, now, { suspension: null }),
      events: [{ action: 'client.resumed' }],
    }
  })
}
