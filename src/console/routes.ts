import type { Handler, Hono } from 'hono'
import { inTurn, newApp } from '../web/app.ts'
import type { AppEnv, Prepare } from '../web/app-env.ts'
import { assetRoutes } from './assets.ts'
import type {
  ConsoleEnv,
  ConsoleForm,
  ConsoleMiddleware,
  ConsoleRoute,
  BaseMiddleware,
} from './console-env.ts'
import { errorPage, renderErrorPage } from './errors.tsx'
import { showEarlierForm } from './forms/show-again.ts'
import { clientChangeRoutes } from './pages/client-changes.tsx'
import { clientCreateRoutes } from './pages/client-create.tsx'
import { clientDetailsRoutes } from './pages/client-details.tsx'
import { clientEditRoutes } from './pages/client-edit.tsx'
import { activityRoutes } from './pages/activity.tsx'
import { clientListRoutes } from './pages/client-list.tsx'
import { administratorRoutes } from './pages/administrators.tsx'
import { apiEditRoutes } from './pages/api-edit.tsx'
import { apiListRoutes } from './pages/api-list.tsx'
import { roleEditRoutes } from './pages/role-edit.tsx'
import { roleListRoutes } from './pages/role-list.tsx'
import { inspectorRoutes } from './pages/inspector.tsx'
import { previewRoutes } from './pages/preview.tsx'
import { secretRoutes } from './pages/secrets.tsx'
import { setupRoutes } from './pages/setup.tsx'
import { signedInRoutes } from './pages/signed-in.tsx'
import { signingKeyRoutes } from './pages/signing-keys.tsx'
import { allow, protectPage, readBody, readOwnForm, requireVisitor } from './protection.ts'
import { signInRoutes } from './sign-in/routes.tsx'

/** Every page and form: a new one is refused to everyone until its `right` says who may use it. */
export const CONSOLE_ROUTES: ConsoleRoute[] = [
  ...clientListRoutes,
  ...activityRoutes,
  ...previewRoutes,
  ...inspectorRoutes,
  ...clientCreateRoutes,
  ...clientDetailsRoutes,
  ...clientEditRoutes,
  ...clientChangeRoutes,
  ...secretRoutes,
  ...apiListRoutes,
  ...apiEditRoutes,
  ...roleListRoutes,
  ...roleEditRoutes,
  ...administratorRoutes,
  ...signingKeyRoutes,
  ...setupRoutes,
  ...signedInRoutes,
]

const FORMS = CONSOLE_ROUTES.filter((route): route is ConsoleForm => route.method === 'POST')

/** The console, for people: pages and plain forms over a session cookie, never a Bearer token. */
export function consoleRoutes(prepare: Prepare, issuer: string): Hono<AppEnv> {
  const base = `${new URL(issuer).pathname.replace(/\/$/, '')}/console`
  const inside = newApp<ConsoleEnv>().basePath('/console')
  inside.onError(renderErrorPage)
  inside.route('/', assetRoutes())
  const enter: ConsoleMiddleware = async (c, next) => {
    c.set('base', base)
    c.set('forms', FORMS)
    await next()
  }
  const doors: BaseMiddleware = [
    enter,
    protectPage,
    prepare as unknown as ConsoleMiddleware,
    requireOpen,
  ]
  inside.route('/', signInRoutes(doors))
  for (const route of CONSOLE_ROUTES) {
    inside.on(route.method, route.path, inTurn(...doors, ...stepsTo(route), route.handle))
  }
  inside.get('/', enter, protectPage, (c) => c.redirect(`${base}/clients`, 302))
  inside.all('/*', inTurn(...doors, requireVisitor, nothingHere))
  return inside as unknown as Hono<AppEnv>
}

function stepsTo(route: ConsoleRoute): ConsoleMiddleware[] {
  if (route.method === 'GET') return [requireVisitor, allow(route.right)]
  const canComeAgain: ConsoleMiddleware = async (c, next) => {
    c.set('again', route.again)
    await next()
  }
  const steps = [readBody, canComeAgain, requireVisitor, readOwnForm, allow(route.right)]
  return [...steps, showEarlierForm]
}

/** With a wrong setting of Access it is unknown who may come in: then no one may. */
const requireOpen: ConsoleMiddleware = async (c, next) => {
  if (!c.var.deps.signInBy.wrong.access) return next()
  c.header('Retry-After', '60')
  return errorPage(c, 503, 'The console is closed', WHY_CLOSED)
}

const WHY_CLOSED =
  'A setting of this server is wrong. The log names it, and so does /health to an administrator. Tokens and the admin API are not concerned.'

const nothingHere: Handler<ConsoleEnv> = (c) =>
  errorPage(c, 404, 'Not found', 'There is no such page.')
