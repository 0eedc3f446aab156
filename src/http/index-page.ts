import type { Handler, Hono } from 'hono'
import { newApp } from '../web/app.ts'
import type { AppEnv } from '../web/app-env.ts'
import { only } from '../web/methods.ts'

/** Whether a person opens this with a browser: only that prefers HTML. */
function isBrowser(accept = ''): boolean {
  return accept.startsWith('text/html')
}

/**
 * Answers at the mount itself: where everything is, and to a browser with the console. With and without a final slash, because hosts
 * are called by both; Hono sees two paths.
 */
export function indexRoutes(issuer: string): Hono<AppEnv> {
  const index = newApp<AppEnv>()
  const show: Handler<AppEnv> = (c) => {
    c.header('Vary', 'Accept')
    if (isBrowser(c.req.header('accept'))) return c.redirect(`${issuer}/console`, 302)
    return c.json({
      issuer,
      metadata: `${issuer}/.well-known/openid-configuration`,
      health: `${issuer}/health`,
      admin: `${issuer}/admin/v1`,
      console: `${issuer}/console`,
    })
  }
  for (const path of ['/', '/:slash{$}']) index.all(path, only('GET', show))
  return index
}
