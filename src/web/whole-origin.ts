import type { Hono } from 'hono'
import { newApp } from './app.ts'
import type { Door } from './door.ts'

type Server = { app: Hono<Door>; wellKnown: Hono<Door> }

/**
 * The whole origin, for a Worker that is nothing else: all of it beneath the issuer's path, if it has one, and
 * at the root what RFC 8414 §3.1 puts there. Whoever guards a path in front of it guards all that there is.
 */
export function wholeOrigin({ app, wellKnown }: Server, issuer: string): Hono<Door> {
  const { pathname } = new URL(issuer)
  const origin = pathname === '/' ? app : newApp<Door>().route(pathname, app)
  origin.route('/.well-known', wellKnown)
  origin.notFound((c) => c.json({ error: 'not_found' }, 404))
  return origin
}
