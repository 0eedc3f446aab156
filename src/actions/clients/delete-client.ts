import { type ChangeClientDeps, type ClientRequest, changeClient } from './change-client.ts'

/**
 * Deletes a client with its secrets and access: it is cut off permanently, and its id is never used
 * again.
 */
export async function deleteClient(deps: ChangeClientDeps, request: ClientRequest): Promise<void> {
  await changeClient(deps, request, (client) => ({
    after: null,
    events: [
      { action: 'client.deleted', changes: { client_name: { from: client.name, to: null } } },
    ],
  }))
}
