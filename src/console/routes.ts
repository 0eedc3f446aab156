import { type Handler, Hono } from 'hono'
import type { Door, Prepare } from '../web/door.ts'
import { assetRoutes } from './assets.ts'
import type { ConsoleDoor, ConsoleMiddleware, ConsoleRoute } from './door.ts'
import { errorPage, renderErrorPage } from './errors.tsx'
import { clientListRoutes } from './pages/client-list.tsx'
import { allow, protectPage, readOwnForm } from './protection.ts'
import { findVisitor } from './session.ts'
import { signInRoutes } from './sign-in/routes.tsx'

/** Every page and form of the console: a new one is refused to everyone until its `right` says to whom. */
export const CONSOLE_ROUTES: ConsoleRoute[] = [...clientListRoutes]

/** The console, for people: pages and plain forms over a session cookie, never a Bearer token. */
export function consoleRoutes(prepare: Prepare, issuer: string): Hono<Door> {
  const base = `${new URL(issuer).pathname.replace(/\/$/, '')}/console`
  const inside = new Hono<ConsoleDoor>()
  inside.onError(renderErrorPage)
  inside.route('/', assetRoutes())
  const enter: ConsoleMiddleware = async (c, next) => {
    c.set('base', base)
    await next()
  }
  const door = prepare as unknown as ConsoleMiddleware
  inside.route('/', signInRoutes([door, enter, protectPage]))
  for (const { method, path, right, handle } of CONSOLE_ROUTES) {
    const checks = method === 'POST' ? [readOwnForm, allow(right)] : [allow(right)]
    inside.on(method, path, door, enter, protectPage, requireVisitor, ...checks, handle)
  }
  inside.get('/', door, enter, (c) => c.redirect(`${base}/clients`, 302))
  inside.all('/*', door, enter, protectPage, requireVisitor, nothingHere)
  return new Hono<Door>().route('/console', inside as unknown as Hono<Door>)
}

/** Whoever is not signed in is shown where, and comes back to where they wanted to go. */
const requireVisitor: ConsoleMiddleware = async (c, next) => {
  const visitor = await findVisitor(c)
  if (!visitor) {
    const { pathname, search } = new URL(c.req.url)
    const back = c.req.method === 'GET' ? `?next=${encodeURIComponent(pathname + search)}` : ''
    return c.redirect(`${c.var.base}/sign-in${back}`, 303)
  }
  c.set('visitor', visitor)
  c.set('formToken', await c.var.deps.formTokens.write(visitor.session.id))
  return next()
}

const nothingHere: Handler<ConsoleDoor> = (c) =>
  errorPage(c, 404, 'Not found', 'There is no such page.')
