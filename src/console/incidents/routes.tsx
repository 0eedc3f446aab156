import { readIncident } from '../../actions/incidents/read-incident.ts'
import {
  type IncidentInput,
  type Recorded,
  recordIncident,
} from '../../actions/incidents/record-incident.ts'
import { clientOf, isNamed } from '../../domain/audit.ts'
import { invalidField } from '../../domain/errors.ts'
import { toIncident } from '../../web/incident-input.ts'
import { parse } from '../../web/parse.ts'
import { incidentSchema } from '../../web/schemas.ts'
import type { FlashKind } from '../forms/banners.ts'
import { redirectWithFlash } from '../forms/flash.ts'
import { formRoute } from '../forms/run-form.ts'
import { type ConsoleContext, type ConsoleRoute, pathId } from '../kit/console-env.ts'
import { page } from '../kit/shell.tsx'
import { IncidentPage } from './incident-page.tsx'
import { MEASURES } from './measures.tsx'
import { askAgain, askAtFirst } from './respond.tsx'

const right = 'clients:manage'

const respond = formRoute({
  path: '/incidents',
  right,
  parse: (c) => parsed(c.var.form),
  run: (c, request, input) => recordIncident(c.var.deps, request, input),
  done: flashRecorded,
  // Each client has a record of its own: the same form sent again finds all of them by itself.
  repeat: (c, { id, at }) => flashIncident(c, 'incident.recorded', id, '', at),
  show: askAgain,
})

function parsed(form: URLSearchParams): IncidentInput {
  const measures = Object.fromEntries(MEASURES.map(([name]) => [name, form.has(name)]))
  if (!Object.values(measures).includes(true)) {
    throw invalidField('measures', 'must be ticked')
  }
  const client_ids = form.getAll('client_id')
  const reason = form.get('reason')?.trim()
  const fields = { client_ids, ...measures, ...(reason && { reason }) }
  return toIncident(parse(fields, incidentSchema))
}

/** Names the clients to which nothing was done, which are not on the page of the incident. */
async function flashRecorded(c: ConsoleContext, { incidentId, outcomes }: Recorded) {
  const { deps } = c.var
  const failed = outcomes.filter((one) => 'failure' in one).map(({ clientId }) => clientId)
  if (failed.length === 0) {
    return flashIncident(c, 'incident.recorded', incidentId, '', deps.now())
  }
  const clients = await deps.clients.findMany(failed)
  const names = failed.map((id) => clients.find(({ clientId }) => clientId === id)?.name ?? id)
  return flashIncident(c, 'incident.incomplete', incidentId, names.join(', '), deps.now())
}

function flashIncident(c: ConsoleContext, kind: FlashKind, id: string, name: string, at: number) {
  return redirectWithFlash(c, `/incidents/${id}`, { kind, id, name, at })
}

async function show(c: ConsoleContext) {
  const { deps, base } = c.var
  const incident = await readIncident(deps, pathId(c, 'incident_id'))
  const names = await deps.auditEvents.names([
    ...(isNamed(incident.actor) ? [incident.actor] : []),
    ...incident.clients.map(({ clientId }) => clientOf(clientId)),
  ])
  const known = { base, issuer: deps.issuer, names, now: deps.now() }
  return page(
    c,
    { title: 'Response to a leak', section: 'clients' },
    <IncidentPage incident={incident} {...known} />,
  )
}

export const incidentRoutes: ConsoleRoute[] = [
  { method: 'GET', path: '/incidents/new', right, handle: askAtFirst },
  respond,
  { method: 'GET', path: '/incidents/:incident_id', right: 'clients:read', handle: show },
]
