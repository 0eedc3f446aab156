import type { Actor, AuditEvent, FieldChanges } from './audit.ts'
import type { Client } from './client.ts'
import { isoTime, type Seconds } from './time.ts'

/** The measures of an incident, the same for each of its clients. */
export type Containment = { suspend: boolean; endSecrets: boolean; revokeTokens: boolean }

/** Each takes a commit of its own, and a call of the platform may only do so much. */
export const INCIDENT_CLIENTS_MAX = 20

/** The effect of an incident on one client; false where that was so already, or was not wanted. */
export type ContainedClient = {
  clientId: string
  at: Seconds
  suspended: boolean
  endedSecrets: string[]
  tokensRevoked: boolean
}

export type Incident = {
  incidentId: string
  at: Seconds
  actor: Actor
  reason: string | null
  clients: ContainedClient[]
}

/** The changes that the event of an incident carries: it alone is read to show the incident. */
export function containedFields(
  before: Client,
  after: Client,
  endedSecrets: string[],
): FieldChanges {
  const from = before.tokensValidFrom
  return {
    ...(!before.suspension && after.suspension && { suspended: { from: false, to: true } }),
    ...(endedSecrets.length > 0 && { secrets: { from: endedSecrets, to: [] } }),
    ...(after.generation > before.generation && {
      tokens_valid_from: {
        from: from === null ? null : isoTime(from),
        to: isoTime(after.tokensValidFrom ?? 0),
      },
    }),
  }
}

/** The incident that these events recorded, a client each; null for none. */
export function incidentOf(incidentId: string, events: AuditEvent[]): Incident | null {
  const [first] = events
  if (!first) return null
  const { at, actor, reason = null } = first
  return { incidentId, at, actor, reason, clients: events.map(containedIn) }
}

function containedIn({ clientId, at, changes = {} }: AuditEvent): ContainedClient {
  const secrets = changes['secrets']?.from
  return {
    clientId: clientId ?? '',
    at,
    suspended: 'suspended' in changes,
    endedSecrets: Array.isArray(secrets) ? secrets.map(String) : [],
    tokensRevoked: 'tokens_valid_from' in changes,
  }
}
