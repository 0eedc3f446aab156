import { readIncident } from '../../../actions/incidents/read-incident.ts'
import { recordIncident } from '../../../actions/incidents/record-incident.ts'
import type { AppContext } from '../../../web/app-env.ts'
import { toIncident } from '../../../web/incident-input.ts'
import { creationRequest } from '../shared/idempotency.ts'
import { readJson } from '../shared/json.ts'
import { type AdminRoute, pathId } from '../shared/route.ts'
import { incidentBody, recordedBody } from './body.ts'
import { incidentSchema } from './requests.ts'

async function record(c: AppContext) {
  const input = readJson(c, incidentSchema)
  const { deps } = c.var
  const recorded = await recordIncident(deps, creationRequest(c, input), toIncident(input))
  const { incidentId, outcomes } = recorded
  const isRepeat = outcomes.some((one) => 'wasMadeBefore' in one && one.wasMadeBefore)
  if (isRepeat) c.header('Idempotency-Replayed', 'true')
  c.header('Location', `${deps.issuer}/admin/v1/incidents/${incidentId}`)
  return c.json(recordedBody(recorded, deps.now()), 201)
}

async function show(c: AppContext) {
  const { deps } = c.var
  return c.json(incidentBody(await readIncident(deps, pathId(c, 'incident_id')), deps.now()))
}

export const incidentRoutes: AdminRoute[] = [
  { method: 'POST', path: '/incidents', right: 'clients:manage', handle: record },
  { method: 'GET', path: '/incidents/:incident_id', right: 'clients:read', handle: show },
]
