import { findSigningKey, revokeSigningKey } from '../../../actions/keys/revoke-signing-key.ts'
import { rotateSigningKey } from '../../../actions/keys/rotate-signing-key.ts'
import type { AppContext } from '../../../web/app-env.ts'
import { creationRequest, orMadeBefore } from '../shared/idempotency.ts'
import { readOptionalJson } from '../shared/json.ts'
import { shortListBody } from '../shared/lists.ts'
import { type AdminRoute, adminRequest, pathId } from '../shared/route.ts'
import { signingKeyBody } from './body.ts'
import { rotationSchema } from './requests.ts'

/** Newest first. */
async function list(c: AppContext) {
  const keys = await c.var.deps.signingKeys.all()
  const data = keys.map((key) => signingKeyBody(key, keys, c.var.deps.now())).reverse()
  return c.json(await shortListBody(c, ['signing-keys'], data, ({ kid }) => kid))
}

async function rotate(c: AppContext) {
  const input = readOptionalJson(c, rotationSchema)
  const making = rotateSigningKey(c.var.deps, creationRequest(c, input)).then((key) => ({
    key,
    keys: [key],
  }))
  const { key, keys } = await orMadeBefore(c, making, ({ id }) => findSigningKey(c.var.deps, id))
  c.header('Location', `${c.var.deps.issuer}/admin/v1/signing-keys/${key.kid}`)
  return c.json(signingKeyBody(key, keys, c.var.deps.now()), 201)
}

async function revoke(c: AppContext) {
  await revokeSigningKey(c.var.deps, adminRequest(c), pathId(c, 'kid'))
  return c.body(null, 204)
}

export const signingKeyRoutes: AdminRoute[] = [
  { method: 'GET', path: '/signing-keys', right: 'clients:read', handle: list },
  { method: 'POST', path: '/signing-keys', right: 'person', handle: rotate },
  { method: 'DELETE', path: '/signing-keys/:kid', right: 'person', handle: revoke },
]
