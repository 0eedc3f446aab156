import { Hono } from 'hono'
import { checkHealth } from '../actions/check-health.ts'
import type { Door, Prepare } from './door.ts'
import { methodNotAllowed } from './methods.ts'
import { renderOAuthError } from './oauth/errors.ts'
import { noStore } from './oauth/no-store.ts'

/** Whether D1, KV and the signing key answer. */
export function healthRoutes(prepare: Prepare): Hono<Door> {
  const health = new Hono<Door>()
  health.onError(renderOAuthError)
  health.get('/health', prepare, async (c) => {
    const { failing } = await checkHealth(c.var.deps)
    if (failing.length === 0) return noStore(c).json({ status: 'ok' })
    return noStore(c).json({ status: 'unavailable', failing }, 503, { 'Retry-After': '5' })
  })
  health.all('/health', methodNotAllowed('GET'))
  return health
}
