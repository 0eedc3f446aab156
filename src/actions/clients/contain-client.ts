import { refuseChangeOfClient, refuseSuspensionOfItself } from '../../domain/authority.ts'
import { type Client, changed, changedAtTheEdge, visibleSecrets } from '../../domain/client.ts'
import { type Containment, containedFields } from '../../domain/incident.ts'
import { retire } from '../../domain/secret.ts'
import type { Seconds } from '../../domain/time.ts'
import {
  type ChangeClientDeps,
  type ClientChange,
  type ClientRequest,
  changeClient,
} from './change-client.ts'
import { retiredEvents } from '../rotation/retired-events.ts'

/** The measures, their reason, and the incident that they belong to. */
export type Response = Containment & { incidentId: string; reason: string | undefined }

/**
 * Suspends a client, ends its secrets and revokes its tokens in one commit: all that is wanted of it
 * is done, or nothing.
 */
export function containClient(
  deps: ChangeClientDeps,
  request: ClientRequest,
  response: Response,
): Promise<Client> {
  const isMore = response.endSecrets || response.revokeTokens
  // A machine may stop any other client, and do nothing else to one with power here.
  const allow = isMore ? refuseChangeOfClient : refuseSuspensionOfItself
  const contain = (client: Client, now: Seconds) => contained(client, now, response)
  return changeClient(deps, request, contain, { allow })
}

function contained(
  before: Client,
  now: Seconds,
  { suspend, endSecrets, revokeTokens, incidentId, reason }: Response,
): ClientChange {
  const isSuspended = suspend && !before.suspension
  const secrets = endSecrets ? endedNow(before, now) : before.secrets
  const ended = retiredEvents(before.secrets, secrets)
  const change: Partial<Client> = {
    secrets,
    ...(isSuspended && { suspension: { at: now, reason: reason ?? null } }),
    ...(revokeTokens && { generation: before.generation + 1, tokensValidFrom: now }),
  }
  const isAtTheEdge = isSuspended || revokeTokens
  const after = isAtTheEdge
    ? changedAtTheEdge(before, now, change)
    : ended.length > 0
      ? changed(before, now, change)
      : before
  const target = { type: 'incident' as const, id: incidentId }
  const ids = ended.map((event) => event.target.id)
  return {
    after,
    events: [
      ...(isSuspended ? [{ action: 'client.suspended' as const, reason }] : []),
      ...ended.map((event) => ({ ...event, reason })),
      ...(revokeTokens ? [{ action: 'client.tokens_revoked' as const, reason }] : []),
      {
        action: 'incident.recorded',
        reason,
        target,
        changes: containedFields(before, after, ids),
      },
    ],
    made: target,
  }
}

/** Ends also those that do not work yet, and those that have expired: one of them could be extended. */
function endedNow(client: Client, now: Seconds) {
  return visibleSecrets(client, now).map((secret) => retire(secret, now, 0))
}
