import type * as v from 'valibot'
import { findClient } from '../../../actions/clients/change-client.ts'
import { createPublicKey, type NewPublicKey } from '../../../actions/clients/create-public-key.ts'
import { deletePublicKey, findPublicKey } from '../../../actions/clients/delete-public-key.ts'
import type { PublicKey } from '../../../domain/public-key.ts'
import { Refusal } from '../../../domain/errors.ts'
import type { AppContext } from '../../../web/app-env.ts'
import { etagOf } from '../shared/etag.ts'
import { creationRequest, orMadeBefore } from '../shared/idempotency.ts'
import { readJson } from '../shared/json.ts'
import { shortListBody } from '../shared/lists.ts'
import { type AdminRoute, pathId } from '../shared/route.ts'
import { keyBody } from './body.ts'
import { newKeySchema } from './requests.ts'
import { clientRequest } from './routes.ts'

async function list(c: AppContext) {
  const client = await findClient(c.var.deps, pathId(c, 'client_id'))
  c.header('ETag', etagOf(client.version))
  const data = client.publicKeys.map(keyBody)
  return c.json(await shortListBody(c, ['keys', client.clientId], data, (one) => one.key_id))
}

async function show(c: AppContext) {
  const client = await findClient(c.var.deps, pathId(c, 'client_id'))
  c.header('ETag', etagOf(client.version))
  return c.json(keyBody(findPublicKey(client, pathId(c, 'key_id'))))
}

async function create(c: AppContext) {
  const input = readJson(c, newKeySchema)
  const request = { ...clientRequest(c), ...creationRequest(c, input) }
  const making = createPublicKey(c.var.deps, request, toNewKey(input)).then(({ key }) => key)
  const key: PublicKey = await orMadeBefore(c, making, async ({ id }) =>
    findPublicKey(await findClient(c.var.deps, request.clientId), id),
  )
  const all = `${c.var.deps.issuer}/admin/v1/clients/${request.clientId}/keys`
  c.header('Location', `${all}/${key.keyId}`)
  return c.json(keyBody(key), 201)
}

function toNewKey(input: v.InferOutput<typeof newKeySchema>): NewPublicKey {
  const { jwk, pem, algorithm, label, expires_on: expiresOn, remind, replay } = input
  if (jwk !== undefined && pem === undefined) {
    return { key: { jwk }, algorithm, label, expiresOn, remind, replay }
  }
  if (pem !== undefined && jwk === undefined) {
    return { key: { pem }, algorithm, label, expiresOn, remind, replay }
  }
  throw new Refusal('invalid_fields', 'Send the key as jwk or as pem: one of them.', {
    fields: [{ field: 'jwk', detail: 'must be sent if pem is not, and not with it' }],
  })
}

async function remove(c: AppContext) {
  await deletePublicKey(c.var.deps, clientRequest(c), pathId(c, 'key_id'))
  return c.body(null, 204)
}

const ALL = '/clients/:client_id/keys'
const ONE = `${ALL}/:key_id`

export const keyRoutes: AdminRoute[] = [
  { method: 'GET', path: ALL, right: 'clients:read', handle: list },
  { method: 'POST', path: ALL, right: 'clients:manage', handle: create },
  { method: 'GET', path: ONE, right: 'clients:read', handle: show },
  { method: 'DELETE', path: ONE, right: 'clients:manage', handle: remove },
]
