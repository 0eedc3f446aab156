import {
  type ChangeClientDeps,
  type ClientRequest,
  changeClient,
  type MakeChange,
} from './change-client.ts'

/**
 * Deletes a client with its secrets and access: it is cut off permanently, and its id is never used
 * again.
 */
export async function deleteClient(deps: ChangeClientDeps, request: ClientRequest): Promise<void> {
  await changeClient(deps, request, deleting())
}

export function deleting(reason?: string): MakeChange {
  return ({ name }) => ({
    after: null,
    events: [
      { action: 'client.deleted', reason, changes: { client_name: { from: name, to: null } } },
    ],
  })
}
