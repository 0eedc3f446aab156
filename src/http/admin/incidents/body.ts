import type { ClientSince, IncidentSince } from '../../../actions/incidents/read-incident.ts'
import type { Outcome, Recorded } from '../../../actions/incidents/record-incident.ts'
import { isoTime, type Seconds } from '../../../domain/time.ts'
import { briefClientBody } from '../clients/body.ts'
import { problemBody } from '../shared/problems.ts'
import type { IncidentResponse, RecordedIncidentResponse } from './response.ts'

export function recordedBody({ incidentId, outcomes }: Recorded, now: Seconds) {
  const results = outcomes.map((outcome) => resultBody(outcome, now))
  return { incident_id: incidentId, results } satisfies RecordedIncidentResponse
}

function resultBody(outcome: Outcome, now: Seconds): RecordedIncidentResponse['results'][number] {
  const { clientId } = outcome
  if ('failure' in outcome) {
    return { client_id: clientId, done: false, client: null, error: problemBody(outcome.failure) }
  }
  const client = outcome.client && briefClientBody(outcome.client, now)
  return { client_id: clientId, done: true, client }
}

export function incidentBody(incident: IncidentSince, now: Seconds): IncidentResponse {
  return {
    incident_id: incident.incidentId,
    at: isoTime(incident.at),
    actor: incident.actor,
    reason: incident.reason,
    counted_from: isoTime(incident.at).slice(0, 10),
    clients: incident.clients.map((one) => containedBody(one, now)),
  }
}

function containedBody(one: ClientSince, now: Seconds): IncidentResponse['clients'][number] {
  return {
    client_id: one.clientId,
    at: isoTime(one.at),
    suspended: one.suspended,
    ended_secrets: one.endedSecrets,
    tokens_revoked: one.tokensRevoked,
    client: one.client && briefClientBody(one.client, now),
    issued: one.issued,
    refused: Object.fromEntries(one.refused.map(({ outcome, count }) => [outcome, count])),
  }
}
