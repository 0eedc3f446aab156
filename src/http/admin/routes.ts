import type { Hono, MiddlewareHandler } from 'hono'
import { inTurn, newApp } from '../../web/app.ts'
import { readBodyFirst } from '../../web/body.ts'
import { authorizeAdministration } from '../../actions/auth/authorize-administration.ts'
import { flushOutbox } from '../../actions/edge/flush-outbox.ts'
import { type Right, requireRight } from '../../domain/authority.ts'
import type { Deps } from '../../domain/deps.ts'
import { Refusal } from '../../domain/errors.ts'
import type { AppContext, AppEnv, Prepare } from '../../web/app-env.ts'
import { readBearer } from '../bearer.ts'
import { administratorRoutes } from './administrators/routes.ts'
import { apiRoutes } from './apis/routes.ts'
import { auditEventRoutes } from './audit/event-routes.ts'
import { auditLogRoutes } from './audit/log-routes.ts'
import { auditTreeRoutes } from './audit/tree-routes.ts'
import { eventsWebhookRoutes } from './events/routes.ts'
import { federatedCredentialRoutes } from './clients/federated-credential-routes.ts'
import { importRoutes } from './imports/routes.ts'
import { incidentRoutes } from './incidents/routes.ts'
import { lookupRoutes } from './lookups/routes.ts'
import { issuerRoutes } from './federation/issuer-routes.ts'
import { certificateRoutes } from './clients/certificate-routes.ts'
import { keyRoutes } from './clients/key-routes.ts'
import { rightRoutes } from './clients/right-routes.ts'
import { clientRoutes } from './clients/routes.ts'
import { refuseBody, refuseQuery } from './shared/nothing.ts'
import { otherMethod, problem, renderProblem } from './shared/problems.ts'
import { reminderRoutes } from './reminders/routes.ts'
import { roleRoutes } from './roles/routes.ts'
import type { AdminRoute } from './shared/route.ts'
import { secretRoutes } from './clients/secret-routes.ts'
import { signingKeyRoutes } from './signing-keys/routes.ts'

const BASE = '/admin/v1'
const ENTRIES_BEHIND_A_CHANGE = 3

/** Every row of the admin API: a new one is refused to everyone until its `right` says to whom. */
export const ADMIN_ROUTES: AdminRoute[] = [
  ...clientRoutes,
  ...rightRoutes,
  ...secretRoutes,
  ...keyRoutes,
  ...federatedCredentialRoutes,
  ...issuerRoutes,
  ...certificateRoutes,
  ...apiRoutes,
  ...roleRoutes,
  ...administratorRoutes,
  ...signingKeyRoutes,
  ...auditEventRoutes,
  ...auditLogRoutes,
  ...auditTreeRoutes,
  ...reminderRoutes,
  ...eventsWebhookRoutes,
  ...lookupRoutes,
  ...incidentRoutes,
  ...importRoutes,
]

/** The admin API, for machines: JSON over Bearer tokens (RFC 6750), never a cookie. */
export function adminRoutes(prepare: Prepare, requireIfMatch: boolean): Hono<AppEnv> {
  const admin = newApp<AppEnv>()
  admin.onError(renderProblem)
  // Path by path, so that another method of /clients/bulk is not taken for one of /clients/:client_id.
  for (const [path, routes] of Map.groupBy(ADMIN_ROUTES, (route) => route.path)) {
    for (const { method, right, conditional, onlyAsks, hasQuery, handle } of routes) {
      const drain = onlyAsks ? [] : [drainBehind]
      const changing = method === 'GET' ? [] : [readBodyFirst, ...drain]
      const condition = requireIfMatch && conditional ? [demandIfMatch] : []
      const extras = [
        ...(method === 'GET' || hasQuery ? [] : [refusing(refuseQuery)]),
        ...(method === 'DELETE' ? [refusing(refuseBody)] : []),
      ]
      const said = [...condition, ...extras]
      const steps = [prepare, protectAnswer, ...changing, authorize(right), ...said, handle]
      admin.on(method, BASE + path, inTurn(...steps))
    }
    admin.all(BASE + path, otherMethod(routes.map(({ method }) => method)))
  }
  admin.all(`${BASE}/*`, (c) => problem(c, 'not_found', 404, 'Not found', 'There is nothing here.'))
  return admin
}

const protectAnswer: MiddlewareHandler<AppEnv> = async (c, next) => {
  c.header('Cache-Control', 'no-store')
  c.header('X-Content-Type-Options', 'nosniff')
  await next()
}

/** Only the Bearer token decides who the caller is. */
function authorize(right: Right): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const bearer = readBearer(c.req.raw)
    if (bearer === null) throw new Refusal('unauthenticated', 'Send a Bearer token.')
    const ask = async (deps: Deps) => {
      const principal = await authorizeAdministration(deps, bearer, c.var.address)
      requireRight(principal, right)
      return principal
    }
    const { deps } = c.var
    c.set('principal', await ask(deps))
    // At the commit the database is asked: a gate may not yet know of an earlier change.
    c.set('confirmRight', async () => void (await ask({ ...deps, tokenReads: deps.credentials })))
    await next()
  }
}

/** RFC 6585 §3: a caller who has not read a resource cannot overwrite another's change. */
const demandIfMatch: MiddlewareHandler<AppEnv> = async (c, next) => {
  if (c.req.header('if-match') === undefined) {
    throw new Refusal(
      'precondition_required',
      'Send If-Match with the ETag of what you read, or *.',
    )
  }
  await next()
}

/** A change does all that it is asked for: what would be ignored is refused. */
function refusing(refuse: (c: AppContext) => void): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    refuse(c)
    await next()
  }
}

/** After a change, retries what earlier ones could not tell KV; a read changes nothing. */
const drainBehind: MiddlewareHandler<AppEnv> = async (c, next) => {
  await next()
  const { deps } = c.var
  if (c.res.ok) deps.defer(() => flushOutbox(deps, ENTRIES_BEHIND_A_CHANGE))
}
