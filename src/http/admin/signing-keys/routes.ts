import { findSigningKey, revokeSigningKey } from '../../../actions/keys/revoke-signing-key.ts'
import { rotateSigningKey } from '../../../actions/keys/rotate-signing-key.ts'
import { keyDepsFor } from '../../../actions/streams/event-keys.ts'
import type { AppContext } from '../../../web/app-env.ts'
import { creationRequest, orMadeBefore } from '../shared/idempotency.ts'
import { readOptionalJson } from '../shared/json.ts'
import { shortListBody } from '../shared/lists.ts'
import { type AdminRoute, adminRequest, pathId } from '../shared/route.ts'
import { signingKeyBody } from './body.ts'
import { rotationSchema } from './requests.ts'

/** Newest first. */
async function list(c: AppContext) {
  const { signingKeys, securityEvents, now } = c.var.deps
  const all = [await signingKeys.all(), (await securityEvents?.signing.signingKeys.all()) ?? []]
  const data = all
    .flatMap((keys) => keys.map((key) => signingKeyBody(key, keys, now())))
    .sort((a, b) => a.created_at.localeCompare(b.created_at))
    .reverse()
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
  const kid = pathId(c, 'kid')
  await revokeSigningKey(await keyDepsFor(c.var.deps, kid), adminRequest(c), kid)
  return c.body(null, 204)
}

export const signingKeyRoutes: AdminRoute[] = [
  { method: 'GET', path: '/signing-keys', right: 'clients:read', handle: list },
  { method: 'POST', path: '/signing-keys', right: 'person', handle: rotate },
  { method: 'DELETE', path: '/signing-keys/:kid', right: 'person', handle: revoke },
]
