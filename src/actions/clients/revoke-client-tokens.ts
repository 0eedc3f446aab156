import { type Client, changedAtTheEdge } from '../../domain/client.ts'
import {
  type ChangeClientDeps,
  type ClientRequest,
  changeClient,
  type MakeChange,
} from './change-client.ts'

/** Revokes every token issued so far; the client can get new ones. */
export function revokeClientTokens(
  deps: ChangeClientDeps,
  request: ClientRequest,
): Promise<Client> {
  return changeClient(deps, request, revokingTokens())
}

export function revokingTokens(reason?: string): MakeChange {
  return (client, now) => ({
    after: changedAtTheEdge(client, now, {
      generation: client.generation + 1,
      tokensValidFrom: now,
    }),
    events: [{ action: 'client.tokens_revoked', reason }],
  })
}
