import type * as v from 'valibot'
import { findClient } from '../../../actions/clients/change-client.ts'
import { createSecret } from '../../../actions/clients/create-secret.ts'
import { deleteSecret, findSecret } from '../../../actions/clients/delete-secret.ts'
import { updateSecret } from '../../../actions/clients/update-secret.ts'
import { visibleSecrets } from '../../../domain/client.ts'
import type { AppContext } from '../../../web/app-env.ts'
import { secretBody } from './body.ts'
import { toSecretInput } from '../../../web/client-input.ts'
import { newSecretSchema, secretPatchSchema } from './requests.ts'
import type { CreatedSecretResponse } from './response.ts'
import { clientRequest } from './routes.ts'
import { etagOf } from '../shared/etag.ts'
import { creationRequest, orShownBefore } from '../shared/idempotency.ts'
import { readJson, readOptionalJson } from '../shared/json.ts'
import { shortListBody } from '../shared/lists.ts'
import { type AdminRoute, pathId } from '../shared/route.ts'

async function list(c: AppContext) {
  const client = await findClient(c.var.deps, pathId(c, 'client_id'))
  const data = visibleSecrets(client, c.var.deps.now()).map(secretBody)
  c.header('ETag', etagOf(client.version))
  return c.json(await shortListBody(c, ['secrets', client.clientId], data, (one) => one.secret_id))
}

async function show(c: AppContext) {
  const client = await findClient(c.var.deps, pathId(c, 'client_id'))
  c.header('ETag', etagOf(client.version))
  return c.json(secretBody(findSecret(client, pathId(c, 'secret_id'), c.var.deps.now())))
}

async function create(c: AppContext) {
  const input = readOptionalJson(c, newSecretSchema)
  const request = { ...clientRequest(c), ...creationRequest(c, input) }
  const making = createSecret(c.var.deps, request, toNewSecret(input))
  const locate = (secretId: string) =>
    `${c.var.deps.issuer}/admin/v1/clients/${request.clientId}/secrets/${secretId}`
  const { secret, secretText } = await orShownBefore(c, making, async ({ id }) => {
    const client = await findClient(c.var.deps, request.clientId)
    return locate(findSecret(client, id, c.var.deps.now()).secretId)
  })
  c.header('Location', locate(secret.secretId))
  const body: CreatedSecretResponse = { ...secretBody(secret), client_secret: secretText }
  return c.json(body, 201)
}

async function update(c: AppContext) {
  const { expires_on, retires_at, label } = readJson(c, secretPatchSchema)
  const retiresAt = typeof retires_at === 'string' ? Date.parse(retires_at) / 1000 : retires_at
  const patch = { expiresOn: expires_on, retiresAt, label }
  const id = pathId(c, 'secret_id')
  const { client, secret } = await updateSecret(c.var.deps, clientRequest(c), id, patch)
  c.header('ETag', etagOf(client.version))
  return c.json(secretBody(secret))
}

function toNewSecret(input: v.InferOutput<typeof newSecretSchema>) {
  return {
    ...toSecretInput(input),
    retireOthersIn: input.retire_others_in,
    retireOthersOn: input.retire_others_on,
    onFirstUse: input.activate === 'on_first_use',
  }
}

async function remove(c: AppContext) {
  await deleteSecret(c.var.deps, clientRequest(c), pathId(c, 'secret_id'))
  return c.body(null, 204)
}

const ALL = '/clients/:client_id/secrets'
const ONE = `${ALL}/:secret_id`

export const secretRoutes: AdminRoute[] = [
  { method: 'GET', path: ALL, right: 'clients:read', handle: list },
  { method: 'POST', path: ALL, right: 'clients:manage', handle: create },
  { method: 'GET', path: ONE, right: 'clients:read', handle: show },
  {
    method: 'PATCH',
    path: ONE,
    right: 'clients:manage',
    conditional: true,
    handle: update,
  },
  { method: 'DELETE', path: ONE, right: 'clients:manage', handle: remove },
]
