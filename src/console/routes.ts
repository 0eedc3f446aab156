import type { Handler, Hono } from 'hono'
import { inTurn, newApp } from '../web/app.ts'
import type { AppEnv, Prepare } from '../web/app-env.ts'
import { activityRoutes } from './activity/routes.tsx'
import { administratorRoutes } from './administrators/routes.tsx'
import { apiRoutes } from './apis/routes.tsx'
import { clientRoutes } from './clients/routes.ts'
import { renderErrorPage } from './errors.ts'
import { redirectWithFlash, takeBanner } from './forms/flash.ts'
import { showEarlierForm } from './forms/show-form.ts'
import { findRoutes } from './find/routes.tsx'
import { incidentRoutes } from './incidents/routes.tsx'
import { assetRoutes } from './kit/assets.ts'
import { issuerRoutes } from './issuers/routes.tsx'
import type {
  BaseMiddleware,
  ConsoleEnv,
  ConsoleForm,
  ConsoleMiddleware,
  ConsoleRoute,
} from './kit/console-env.ts'
import { errorPage } from './kit/error-page.tsx'
import { hasSecretInAddress } from './kit/pasted-secret.ts'
import { roleRoutes } from './roles/routes.tsx'
import { setupRoutes } from './setup/routes.tsx'
import { allow, protectPage, readBody, readOwnForm, requireVisitor } from './sign-in/protection.ts'
import { signInRoutes } from './sign-in/routes.tsx'
import { signedInRoutes } from './sign-in/signed-in.tsx'
import { signingKeyRoutes } from './signing-keys/routes.tsx'
import { workloadPageRoutes } from './workloads/routes.tsx'

/** All pages and forms. `right` says who may use each of them. */
export const CONSOLE_ROUTES: ConsoleRoute[] = [
  ...clientRoutes,
  ...activityRoutes,
  ...findRoutes,
  ...incidentRoutes,
  ...apiRoutes,
  ...roleRoutes,
  ...issuerRoutes,
  ...workloadPageRoutes,
  ...administratorRoutes,
  ...signingKeyRoutes,
  ...setupRoutes,
  ...signedInRoutes,
]

const FORMS = CONSOLE_ROUTES.filter((route): route is ConsoleForm => route.method === 'POST')

/** The console: pages and plain forms for people, with a session cookie, never a Bearer token. */
export function consoleRoutes(prepare: Prepare, issuer: string): Hono<AppEnv> {
  const base = `${new URL(issuer).pathname.replace(/\/$/, '')}/console`
  const inside = newApp<ConsoleEnv>().basePath('/console')
  inside.onError(renderErrorPage)
  inside.route('/', assetRoutes())
  const enter: ConsoleMiddleware = async (c, next) => {
    c.set('base', base)
    c.set('forms', FORMS)
    c.set('takeBanner', takeBanner)
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
  // With a slash at the end, and without one.
  for (const top of ['/', '']) {
    inside.get(top, enter, protectPage, (c) => c.redirect(`${base}/clients`, 302))
  }
  // Where the page for this was before; anything after a question mark is dropped.
  inside.get('/inspector', enter, protectPage, (c) => c.redirect(`${base}/find`, 302))
  inside.all('/*', inTurn(...doors, requireVisitor, nothingHere))
  return inside as unknown as Hono<AppEnv>
}

function stepsTo(route: ConsoleRoute): ConsoleMiddleware[] {
  if (route.method === 'GET') return [requireVisitor, leadSecretToFind, allow(route.right)]
  const setShowForm: ConsoleMiddleware = async (c, next) => {
    c.set('showForm', route.show)
    await next()
  }
  const steps = [readBody, setShowForm, requireVisitor, readOwnForm, allow(route.right)]
  return [...steps, showEarlierForm]
}

/** A secret that is in the address by now is repeated on no page. */
const leadSecretToFind: ConsoleMiddleware = async (c, next) => {
  if (!hasSecretInAddress(c)) return next()
  return redirectWithFlash(c, '/find', { kind: 'search.secret', id: '', name: '', at: 0 })
}

/** Closes the console if a setting of Access is wrong, because then it is unknown who may enter. */
const requireOpen: ConsoleMiddleware = async (c, next) => {
  if (!c.var.deps.signInBy.wrong.access) return next()
  c.header('Retry-After', '60')
  return errorPage(c, 503, 'The console is closed', WHY_CLOSED)
}

const WHY_CLOSED =
  'A setting of this server is wrong. The log names it, and so does /health to an administrator. Tokens and the admin API are not affected.'

const nothingHere: Handler<ConsoleEnv> = (c) =>
  errorPage(c, 404, 'Not found', 'This page doesn’t exist.')
