import {
  deleteIssuer,
  findIssuer,
  updateIssuer,
} from '../../../actions/federation/change-issuer.ts'
import { createIssuer } from '../../../actions/federation/create-issuer.ts'
import { diagnoseFederation } from '../../../actions/federation/diagnose-federation.ts'
import type { TrustedIssuer } from '../../../domain/federation.ts'
import type { AppContext } from '../../../web/app-env.ts'
import { toDiagnosed, toIssuerChange, toNewIssuer } from '../../../web/federation-input.ts'
import { etagOf } from '../shared/etag.ts'
import { creationRequest, orMadeBefore } from '../shared/idempotency.ts'
import { readJson } from '../shared/json.ts'
import { shortListBody } from '../shared/lists.ts'
import { type AdminRoute, adminRequest, pathId } from '../shared/route.ts'
import { diagnosisBody, issuerBody } from './body.ts'
import { diagnosisSchema, issuerPatchSchema, newIssuerSchema } from './requests.ts'

async function list(c: AppContext) {
  const issuers = await c.var.deps.issuers.list()
  return c.json(
    await shortListBody(c, ['issuers'], issuers.map(issuerBody), (one) => one.issuer_id),
  )
}

async function create(c: AppContext) {
  const input = readJson(c, newIssuerSchema)
  const { deps } = c.var
  const request = creationRequest(c, input)
  const making = createIssuer(deps, request, await toNewIssuer(deps, input))
  const issuer = await orMadeBefore(c, making, ({ id }) => findIssuer(deps, id))
  c.header('Location', `${deps.issuer}/admin/v1/issuers/${issuer.issuerId}`)
  return answer(c, issuer, 201)
}

async function show(c: AppContext) {
  return answer(c, await findIssuer(c.var.deps, pathId(c, 'issuer_id')))
}

async function update(c: AppContext) {
  const { deps } = c.var
  const change = await toIssuerChange(deps, readJson(c, issuerPatchSchema))
  return answer(c, await updateIssuer(deps, issuerRequest(c), change))
}

async function remove(c: AppContext) {
  await deleteIssuer(c.var.deps, issuerRequest(c))
  return c.body(null, 204)
}

async function diagnose(c: AppContext) {
  const input = readJson(c, diagnosisSchema)
  return c.json(
    diagnosisBody(await diagnoseFederation(c.var.deps, toDiagnosed(input), input.client_id)),
  )
}

function issuerRequest(c: AppContext) {
  return { ...adminRequest(c), issuerId: pathId(c, 'issuer_id') }
}

function answer(c: AppContext, issuer: TrustedIssuer, status: 200 | 201 = 200) {
  c.header('ETag', etagOf(issuer.version))
  return c.json(issuerBody(issuer), status)
}

const ONE = '/issuers/:issuer_id'

export const issuerRoutes: AdminRoute[] = [
  { method: 'GET', path: '/issuers', right: 'clients:read', handle: list },
  { method: 'POST', path: '/issuers', right: 'person', handle: create },
  { method: 'GET', path: ONE, right: 'clients:read', handle: show },
  { method: 'PATCH', path: ONE, right: 'person', conditional: true, handle: update },
  { method: 'DELETE', path: ONE, right: 'person', conditional: true, handle: remove },
  {
    method: 'POST',
    path: '/federation/diagnoses',
    right: 'clients:read',
    onlyAsks: true,
    handle: diagnose,
  },
]
