import type { Handler, Hono } from 'hono'
import { newApp } from '../web/app.ts'
import type { AppEnv } from '../web/app-env.ts'
import { only } from '../web/methods.ts'

/**
 * Answers at the mount itself: where everything is. With and without a final slash, because hosts
 * are called by both; Hono sees two paths.
 */
export function indexRoutes(issuer: string): Hono<AppEnv> {
  const index = newApp<AppEnv>()
  const show: Handler<AppEnv> = (c) =>
    c.json({
      issuer,
      metadata: `${issuer}/.well-known/openid-configuration`,
      health: `${issuer}/health`,
      admin: `${issuer}/admin/v1`,
    })
  for (const path of ['/', '/:slash{$}']) index.all(path, only('GET', show))
  return index
}
