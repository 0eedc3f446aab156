import { findClient } from '../../actions/change-client.ts'
import { createSecret } from '../../actions/create-secret.ts'
import { deleteSecret } from '../../actions/delete-secret.ts'
import { visibleSecrets } from '../../domain/client.ts'
import type { DoorContext } from '../../web/door.ts'
import { secretBody } from './client-body.ts'
import { toSecretInput } from '../../web/client-input.ts'
import { clientRequest } from './clients.ts'
import { etagOf } from './etag.ts'
import { readOptionalJson } from './json.ts'
import { shortListBody } from './lists.ts'
import { type AdminRoute, pathId } from './route.ts'
import { newSecretSchema } from '../../web/schemas.ts'

async function list(c: DoorContext) {
  const client = await findClient(c.var.deps, pathId(c, 'client_id'))
  const data = visibleSecrets(client, c.var.deps.now()).map(secretBody)
  c.header('ETag', etagOf(client.version))
  return c.json(await shortListBody(c, ['secrets', client.clientId], data))
}

async function create(c: DoorContext) {
  const { retire_others_in, ...rest } = await readOptionalJson(c.req.raw, newSecretSchema)
  const input = { ...toSecretInput(rest), retireOthersIn: retire_others_in }
  const { client, secret, secretText } = await createSecret(c.var.deps, clientRequest(c), input)
  const path = `/admin/v1/clients/${client.clientId}/secrets/${secret.secretId}`
  c.header('Location', `${c.var.deps.issuer}${path}`)
  return c.json({ ...secretBody(secret), client_secret: secretText }, 201)
}

async function remove(c: DoorContext) {
  await deleteSecret(c.var.deps, clientRequest(c), pathId(c, 'secret_id'))
  return c.body(null, 204)
}

const ALL = '/clients/:client_id/secrets'

export const secretRoutes: AdminRoute[] = [
  { method: 'GET', path: ALL, right: 'clients:read', handle: list },
  { method: 'POST', path: ALL, right: 'clients:manage', handle: create },
  { method: 'DELETE', path: `${ALL}/:secret_id`, right: 'clients:manage', handle: remove },
]
