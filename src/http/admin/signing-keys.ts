import { findSigningKey, revokeSigningKey } from '../../actions/keys/revoke-signing-key.ts'
import { rotateSigningKey } from '../../actions/keys/rotate-signing-key.ts'
import { isScheduled, retiredAt, type SigningKey, stateOf } from '../../domain/signing-key.ts'
import { isoTime, type Seconds } from '../../domain/time.ts'
import type { AppContext } from '../../web/app-env.ts'
import { timeOrNull } from './client-body.ts'
import { creationRequest, orMadeBefore } from './idempotency.ts'
import { readOptionalJson } from './json.ts'
import { shortListBody } from './lists.ts'
import { type AdminRoute, adminRequest, pathId } from './route.ts'
import { emptySchema } from '../../web/schemas.ts'

/** Newest first. */
async function list(c: AppContext) {
  const keys = await c.var.deps.signingKeys.all()
  const data = keys.map((key) => keyBody(key, keys, c.var.deps.now())).reverse()
  return c.json(await shortListBody(c, ['signing-keys'], data))
}

async function rotate(c: AppContext) {
  const input = readOptionalJson(c, emptySchema)
  const making = rotateSigningKey(c.var.deps, creationRequest(c, input)).then((key) => ({
    key,
    keys: [key],
  }))
  const { key, keys } = await orMadeBefore(c, making, ({ id }) => findSigningKey(c.var.deps, id))
  c.header('Location', `${c.var.deps.issuer}/admin/v1/signing-keys/${key.kid}`)
  return c.json(keyBody(key, keys, c.var.deps.now()), 201)
}

async function revoke(c: AppContext) {
  await revokeSigningKey(c.var.deps, adminRequest(c), pathId(c, 'kid'))
  return c.body(null, 204)
}

function keyBody(key: SigningKey, keys: SigningKey[], now: Seconds) {
  return {
    kid: key.kid,
    algorithm: key.algorithm,
    state: stateOf(key, keys, now),
    created_at: isoTime(key.createdAt),
    activates_at: isScheduled(key, now) ? isoTime(key.activatesAt) : null,
    retired_at: timeOrNull(retiredAt(key, keys, now)),
    revoked_at: timeOrNull(key.revokedAt),
  }
}

export const signingKeyRoutes: AdminRoute[] = [
  { method: 'GET', path: '/signing-keys', right: 'clients:read', handle: list },
  { method: 'POST', path: '/signing-keys', right: 'person', handle: rotate },
  { method: 'DELETE', path: '/signing-keys/:kid', right: 'person', handle: revoke },
]
