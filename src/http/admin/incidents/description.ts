import type { Description } from '../../reference/description.ts'
import { incidentSchema } from './requests.ts'
import { incidentResponse, recordedIncidentResponse } from './response.ts'

const CLIENT_ID = 'client_7Hq2mXr9Tn4cVb1LwKs8Yd'

export const incidents: Description = {
  tag: 'Incidents',
  about: 'A leak, and what was done about it in one step.',
  requests: { NewIncident: incidentSchema },
  responses: { RecordedIncident: recordedIncidentResponse, Incident: incidentResponse },
  fields: {
    NewIncident: 'At least one of suspend, end_secrets and revoke_tokens must be true.',
    suspend: 'Suspends each client.',
    end_secrets: 'Ends all secrets of each at once, and no other kind of credential.',
    revoke_tokens: 'Revokes all tokens issued to each until now.',
    results: 'One for each client: error says why nothing was done to that one.',
    counted_from: 'The first day (UTC) of issued and refused: that of the incident, as a whole.',
    ended_secrets: 'The ids of the secrets that it ended.',
  },
  operations: {
    'POST /incidents': {
      id: 'recordIncident',
      does: 'Respond to a leak',
      more: 'A commit for each client, one after another: 201 if it was done to one at least.',
      body: {
        schema: incidentSchema,
        examples: [{ client_ids: [CLIENT_ID], reason: 'secret in a public log' }],
      },
      answers: {
        201: {
          what: 'What was done.',
          schema: recordedIncidentResponse,
          headers: ['Location', 'Replayed'],
        },
      },
      refusals: { 404: { shared: 'NotFound', when: 'There is none of these clients.' } },
    },
    'GET /incidents/{incident_id}': {
      id: 'getIncident',
      does: 'Get what was done in an incident, and what its clients did since',
      answers: { 200: { what: 'The incident.', schema: incidentResponse } },
    },
  },
}
