import type { Client } from '../../domain/client.ts'
import { Refusal } from '../../domain/errors.ts'
import type { Deps } from '../../domain/deps.ts'
import { type ContainedClient, type Incident, incidentOf } from '../../domain/incident.ts'
import { dayOf, ISSUED, type OutcomeCount } from '../../domain/token-counts.ts'

/** A client of an incident, and its requests for tokens since. */
export type ClientSince = ContainedClient & {
  /** As it is now; null if it was deleted. */
  client: Client | null
  /** Counted by whole days in UTC, that of the incident included. */
  issued: number
  refused: OutcomeCount[]
}

export type IncidentSince = Omit<Incident, 'clients'> & { clients: ClientSince[] }

/** @throws Refusal `not_found` */
export async function readIncident(
  deps: Pick<Deps, 'auditEvents' | 'clients' | 'tokenCounts' | 'now'>,
  incidentId: string,
): Promise<IncidentSince> {
  const incident = incidentOf(incidentId, await deps.auditEvents.ofIncident(incidentId))
  if (!incident) throw new Refusal('not_found', 'There is no such incident.')
  const ids = incident.clients.map(({ clientId }) => clientId)
  const [clients, counts] = await Promise.all([
    deps.clients.findMany(ids),
    deps.tokenCounts.since(ids, dayOf(incident.at), deps.now()),
  ])
  return {
    ...incident,
    clients: incident.clients.map((one) => {
      const own = counts.filter(({ clientId }) => clientId === one.clientId)
      return {
        ...one,
        client: clients.find(({ clientId }) => clientId === one.clientId) ?? null,
        issued: own.find(({ outcome }) => outcome === ISSUED)?.count ?? 0,
        refused: own.filter(({ outcome }) => outcome !== ISSUED),
      }
    }),
  }
}
