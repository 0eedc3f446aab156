import { findClient } from '../../../actions/clients/change-client.ts'
import { createFederatedCredential } from '../../../actions/clients/create-federated-credential.ts'
import {
  deleteFederatedCredential,
  findFederatedCredential,
} from '../../../actions/clients/delete-federated-credential.ts'
import type { AppContext } from '../../../web/app-env.ts'
import { toNewRule } from '../../../web/federation-input.ts'
import { federatedCredentialBody } from '../federation/body.ts'
import { newFederatedCredentialSchema } from '../federation/requests.ts'
import { etagOf } from '../shared/etag.ts'
import { creationRequest, orMadeBefore } from '../shared/idempotency.ts'
import { readJson } from '../shared/json.ts'
import { shortListBody } from '../shared/lists.ts'
import { type AdminRoute, pathId } from '../shared/route.ts'
import { clientRequest } from './routes.ts'

async function list(c: AppContext) {
  const client = await findClient(c.var.deps, pathId(c, 'client_id'))
  const data = client.federatedCredentials.map(federatedCredentialBody)
  c.header('ETag', etagOf(client.version))
  const list = ['federated-credentials', client.clientId]
  return c.json(await shortListBody(c, list, data, (one) => one.credential_id))
}

async function show(c: AppContext) {
  const client = await findClient(c.var.deps, pathId(c, 'client_id'))
  c.header('ETag', etagOf(client.version))
  return c.json(
    federatedCredentialBody(findFederatedCredential(client, pathId(c, 'credential_id'))),
  )
}

async function create(c: AppContext) {
  const input = readJson(c, newFederatedCredentialSchema)
  const request = { ...clientRequest(c), ...creationRequest(c, input) }
  const making = createFederatedCredential(c.var.deps, request, toNewRule(input))
  const made = await orMadeBefore(
    c,
    making.then(({ credential }) => credential),
    async ({ id }) => findFederatedCredential(await findClient(c.var.deps, request.clientId), id),
  )
  const all = `${c.var.deps.issuer}/admin/v1/clients/${request.clientId}/federated-credentials`
  c.header('Location', `${all}/${made.credentialId}`)
  return c.json(federatedCredentialBody(made), 201)
}

async function remove(c: AppContext) {
  await deleteFederatedCredential(c.var.deps, clientRequest(c), pathId(c, 'credential_id'))
  return c.body(null, 204)
}

const ALL = '/clients/:client_id/federated-credentials'
const ONE = `${ALL}/:credential_id`

export const federatedCredentialRoutes: AdminRoute[] = [
  { method: 'GET', path: ALL, right: 'clients:read', handle: list },
  { method: 'POST', path: ALL, right: 'clients:manage', handle: create },
  { method: 'GET', path: ONE, right: 'clients:read', handle: show },
  { method: 'DELETE', path: ONE, right: 'clients:manage', handle: remove },
]
