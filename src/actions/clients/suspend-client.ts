import { refuseSuspensionOfItself } from '../../domain/authority.ts'
import { type Client, changedAtTheEdge } from '../../domain/client.ts'
import {
  type ChangeClientDeps,
  type ClientRequest,
  changeClient,
  type MakeChange,
  unchanged,
} from './change-client.ts'

/**
 * Stops a client until it is resumed: from the commit on, it gets no token, and none of its tokens
 * is active.
 */
export function suspendClient(
  deps: ChangeClientDeps,
  request: ClientRequest,
  reason: string | undefined,
): Promise<Client> {
  return changeClient(deps, request, suspending(reason), { allow: refuseSuspensionOfItself })
}

export function suspending(reason: string | undefined): MakeChange {
  return (client, now) => {
    if (client.suspension) return unchanged(client)
    const suspension = { at: now, reason: reason ?? null }
    return {
      after: changedAtTheEdge(client, now, { suspension }),
      events: [{ action: 'client.suspended', reason }],
    }
  }
}
