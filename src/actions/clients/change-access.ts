import { differences } from '../../domain/audit.ts'
import { refuseGiving } from '../../domain/authority.ts'
import { type Client, changed, changedAtTheEdge } from '../../domain/client.ts'
import { inOrder } from '../../domain/permission.ts'
import type { Deps } from '../../domain/deps.ts'
import { isoTime } from '../../domain/time.ts'
import {
  type ChangeClientDeps,
  type ClientChange,
  type ClientRequest,
  changeClient,
  unchanged,
} from './change-client.ts'
import { type AccessInput, resolveAccess } from '../access/resolve-access.ts'

export type AccessChange = AccessInput & {
  /** Whether tokens already issued are cut off too, at the edge as well. */
  applyToIssuedTokens: boolean
}

export type ChangeAccessDeps = ChangeClientDeps & Pick<Deps, 'roles' | 'apis' | 'statusListBase'>

const FIELDS = {
  roles: 'roles',
  permissions: 'permissions',
  tokensValidFrom: 'tokens_valid_from',
}

/** Replaces a client's access: omitted roles and permissions are removed. */
export function changeAccess(
  deps: ChangeAccessDeps,
  request: ClientRequest,
  { applyToIssuedTokens, ...input }: AccessChange,
): Promise<Client> {
  return changeAccessTo(deps, request, async () => input, applyToIssuedTokens)
}

/** Gives a client the access that is decided on as the client is read after the ledger's head. */
export function changeAccessTo(
  deps: ChangeAccessDeps,
  request: ClientRequest,
  decide: (client: Client) => Promise<AccessInput>,
  applyToIssuedTokens: boolean,
): Promise<Client> {
  return changeClient(deps, request, async (client, now) => {
    const access = await resolveAccess(deps, await decide(client), client)
    refuseGiving(request.principal, access.access, deps.issuer)
    const after = applyToIssuedTokens
      ? changedAtTheEdge(client, now, {
          ...access,
          generation: client.generation + 1,
          tokensValidFrom: now,
        })
      : changed(client, now, access)
    return changeOf(client, after, applyToIssuedTokens)
  })
}

function changeOf(client: Client, after: Client, always: boolean): ClientChange {
  const [from, to] = [seen(client), seen(after)]
  const changes = differences(from, to, FIELDS)
  if (Object.keys(changes).length === 0 && !always) return unchanged(client)
  // Recorded even if it falls into the same second as the last time.
  if (always) changes['tokens_valid_from'] = { from: from.tokensValidFrom, to: to.tokensValidFrom }
  return { after, events: [{ action: 'client.access_changed', changes }] }
}

/** The access as the audit log records it, without the order in which it was sent. */
function seen({ roles, permissions, tokensValidFrom }: Client) {
  return {
    roles: [...roles].sort(),
    permissions: inOrder(permissions),
    tokensValidFrom: tokensValidFrom && isoTime(tokensValidFrom),
  }
}
