import { type Around, assemble, type Given } from './assemble/assemble.ts'
import type { Hono } from 'hono'
import { configured } from './bindings.ts'
import { newApp } from './web/app.ts'
import { runScheduledJobs } from './actions/scheduled/run-scheduled-jobs.ts'
import { consoleRoutes } from './console/routes.ts'
import { once } from './platform/once.ts'
import { byEnvironment } from './platform/by-environment.ts'
import { adminRoutes } from './http/admin/routes.ts'
import type { AppEnv } from './web/app-env.ts'
import { healthRoutes } from './http/health.ts'
import { indexRoutes } from './http/index-page.ts'
import { directly, endpointWith } from './http/oauth/endpoint.ts'
import { type Introspecting, introspecting } from './http/oauth/introspector.ts'
import { keyEndpoints, metadataEndpoints, publicRoutes } from './http/oauth/metadata.ts'
import { oauthEndpoints, oauthRoutes } from './http/oauth/routes.ts'
import { statusListRoutes } from './http/oauth/status-lists.ts'
import { streamRoutes } from './http/ssf/routes.ts'
import { referenceRoutes } from './http/reference/routes.ts'
import { type Preparation, prepareWith, type SharedDeps } from './web/prepare.ts'
import type { Direct } from './web/whole-origin.ts'
import { type AuthServerOptions, readOptions, type Settings } from './options.ts'
import { FAILURE_LIMITS, failureCounts } from './storage/upkeep/failure-counts.ts'
import { countedIn } from './storage/upkeep/operation-count.ts'

export type AuthServer<Env> = Introspecting<Env> & {
  /** All endpoints; mount it where the issuer says. */
  app: Hono<AppEnv>
  /** The metadata at the origin's root (RFC 8414 §3.1); mount it at `/.well-known`. */
  wellKnown: Hono<AppEnv>
  /** The cron: does what is still due. Nothing becomes valid or invalid because it ran. */
  scheduled: (
    controller: unknown,
    env: Env,
    context: Pick<ExecutionContext, 'waitUntil'>,
  ) => Promise<void>
}

/**
 * An authorization server for client credentials (RFC 6749 §4.4), to mount in a Hono app. Options
 * are read here, once; secrets on an environment's first request, where a missing or short key is a
 * 503 and a line in the log. A wrong setting for people, as `oidc`, is logged and lets no one in.
 *
 * @example
 * const auth = createAuthServer<Env>({ issuer: 'https://example.com/auth', bindings: (env) => ({ ... }) })
 * app.route('/auth', auth.app)
 * app.route('/.well-known', auth.wellKnown)
 *
 * @throws TypeError that says which option is wrong and why
 */
export function createAuthServer<Env extends object>(
  options: AuthServerOptions<Env>,
): AuthServer<Env> {
  const settings = readOptions(options)
  const counts = failureCounts(settings.failureLimits)
  const around = { issuerGiven: true, settingProblems: [], told: new Set<string>() }
  return serverWith(settings, { ...counts, ...around })
}

/** For a Worker with several origins: failures at one of its servers count at all of them. */
export function createSiblings() {
  const shared = { ...failureCounts(FAILURE_LIMITS), told: new Set<string>() }
  return <Env extends object>(options: AuthServerOptions<Env>, given: Given) =>
    serverWith(readOptions(options), { ...shared, ...given })
}

function serverWith<Env extends object>(
  settings: Settings<Env>,
  around: Around,
): AuthServer<Env> & { direct: Map<string, Direct> } {
  const sharedDeps = byEnvironment(
    (env: Env): SharedDeps => assemble(settings, configured(settings, env), around),
  )
  const { issuer, clientAddress } = settings
  const preparation = { issuer, clientAddress, sharedDeps: (env: object) => sharedDeps(env as Env) }
  const endpoint = endpointWith(preparation)
  const oauth = oauthEndpoints(endpoint)
  const { mtlsHost, statusListBase, securityEvents: hasStreams } = settings
  const describe = { issuer, mtlsHost, statusListBase, hasStreams }
  const documents = { ...metadataEndpoints(endpoint, describe), ...keyEndpoints(endpoint) }
  // A token of the Worker needs no route: a cold isolate registers them with its first other request.
  const app = once(() => {
    const routes = otherRoutes(preparation, settings)
    routes.route('/', oauthRoutes(oauth))
    routes.route('/', statusListRoutes(endpoint))
    return routes.route('/.well-known', publicRoutes(documents))
  })
  const wellKnown = once(() => publicRoutes(metadataEndpoints(endpoint, describe, pathOf(issuer))))
  return {
    get app() {
      return app()
    },
    get wellKnown() {
      return wellKnown()
    },
    direct: new Map([...directly(oauth), ...directly(documents, '/.well-known')]),
    ...introspecting(sharedDeps),
    async scheduled(_controller, env) {
      const count = { made: 0 }
      const deps = assemble(settings, configured(settings, env), around, countedIn(count))
      // Shared, so that this isolate answers with what the cron has changed.
      const { keyMemory } = sharedDeps(env)
      await runScheduledJobs({
        ...deps,
        keyMemory,
        answerAfter: unawaited,
        operationsMade: () => count.made,
      })
    },
  }
}

/** The cron acknowledges nothing to anybody: no answer waits for a gate. */
const unawaited = () => {}

/** Everything but the endpoints that clients and APIs use. */
function otherRoutes(
  preparation: Preparation,
  {
    apiDocs,
    requireIfMatch,
    securityEvents,
  }: Pick<Settings<never>, 'apiDocs' | 'requireIfMatch' | 'securityEvents'>,
): Hono<AppEnv> {
  const { issuer } = preparation
  const [endpoint, prepare] = [endpointWith(preparation), prepareWith(preparation)]
  const app = newApp<AppEnv>()
  app.route('/', indexRoutes(issuer))
  app.route('/', healthRoutes(endpoint))
  app.route('/', referenceRoutes(issuer, apiDocs))
  app.route('/', adminRoutes(prepare, requireIfMatch))
  app.route('/', consoleRoutes(prepare, issuer))
  if (securityEvents) app.route('/', streamRoutes(prepare))
  return app
}

/** The issuer's path, which RFC 8414 §3.1 puts after the well-known name; empty at the root. */
function pathOf(issuer: string): string {
  return new URL(issuer).pathname.replace(/\/$/, '')
}
