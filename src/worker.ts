import { WorkerEntrypoint } from 'cloudflare:workers'
import type { Hono } from 'hono'
import { readFlag } from './domain/flag.ts'
import { type AuthServer, createAuthServer } from './server.ts'

/** The variables, secrets and bindings of the deployed Worker; docs/configuration.md describes each. */
export type WorkerEnv = {
  DB: D1Database
  DENYLIST: KVNamespace
  ISSUER?: string
  SIGNING_ALGORITHM?: 'ES256' | 'RS256'
  BOOTSTRAP_TOKEN?: string
  ADMINISTRATORS?: string
  OIDC_ISSUER?: string
  OIDC_CLIENT_ID?: string
  OIDC_CLIENT_SECRET?: string
  ACCESS_TEAM_DOMAIN?: string
  ACCESS_AUD?: string
  MAIL_FROM?: string
  SMTP_URL?: string
  MAIL_WEBHOOK_URL?: string
  MAIL_WEBHOOK_SECRET?: string
  EMAIL?: SendEmail
  REMINDER_DAYS?: string
  SIGNING_KEY_DAYS?: string
  REQUIRE_IF_MATCH?: string
  API_DOCS?: string
  CLOSED?: string
  PEPPER: string
  WRAPPING_KEY: string
  AUDIT_KEY: string
  COOKIE_KEY: string
}

type Site = { fetch: Hono['fetch']; server: AuthServer<WorkerEnv> }

// One for each origin that is served, when no ISSUER says which it is; a Worker has few routes.
const sites = new Map<string, Site>()
const SITES_MAX = 16

/** The cron has no origin, and needs none. */
const NO_ORIGIN = 'https://cron.invalid'

function siteOf(env: WorkerEnv, request: Request | null): Site {
  const issuer = env.ISSUER || (request ? originOf(request) : NO_ORIGIN)
  const known = sites.get(issuer)
  if (known) return known
  const server = createAuthServer<WorkerEnv>({
    issuer,
    signingAlgorithm: env.SIGNING_ALGORITHM || undefined,
    reminderDays: env.REMINDER_DAYS ? Number(env.REMINDER_DAYS) : undefined,
    signingKeyDays: env.SIGNING_KEY_DAYS ? Number(env.SIGNING_KEY_DAYS) : undefined,
    requireIfMatch: readFlag('REQUIRE_IF_MATCH', env.REQUIRE_IF_MATCH),
    apiDocs: env.API_DOCS,
    bindings: (e) => ({
      database: e.DB,
      denylist: e.DENYLIST,
      pepper: e.PEPPER,
      wrappingKey: e.WRAPPING_KEY,
      auditKey: e.AUDIT_KEY,
      cookieKey: e.COOKIE_KEY,
      bootstrapToken: e.BOOTSTRAP_TOKEN || undefined,
      administrators: e.ADMINISTRATORS,
      oidc: {
        issuer: e.OIDC_ISSUER,
        clientId: e.OIDC_CLIENT_ID,
        clientSecret: e.OIDC_CLIENT_SECRET,
      },
      access: { teamDomain: e.ACCESS_TEAM_DOMAIN, audience: e.ACCESS_AUD },
      mail: {
        from: e.MAIL_FROM,
        smtpUrl: e.SMTP_URL,
        webhookUrl: e.MAIL_WEBHOOK_URL,
        webhookSecret: e.MAIL_WEBHOOK_SECRET,
        email: e.EMAIL,
      },
      closed: readFlag('CLOSED', e.CLOSED),
      // Without an issuer of its own the cron serves every origin.
      logName: e.ISSUER || 'any',
    }),
  })
  const { app } = server
  // An issuer with a path is served there too: a route such as auth.example/base/* keeps the path.
  const { pathname } = new URL(issuer)
  if (pathname !== '/') app.route(pathname, app)
  app.route('/.well-known', server.wellKnown)
  app.notFound((c) => c.json({ error: 'not_found' }, 404))
  // Without an ISSUER on a wildcard route anybody can name hosts.
  if (sites.size >= SITES_MAX) sites.clear()
  const site = { fetch: app.fetch, server }
  sites.set(issuer, site)
  return site
}

/** The origin served; https, though a zone may let plain http through to the Worker. */
function originOf(request: Request): string {
  const url = new URL(request.url)
  return url.hostname === 'localhost' ? url.origin : new URL(`https://${url.host}`).origin
}

/**
 * What a Worker in the same account binds as a service: it asks whether a token is active without
 * HTTP credentials, and fetches the keys. A call has no origin: set ISSUER.
 */
export class TokenIntrospection extends WorkerEntrypoint<WorkerEnv> {
  override fetch(request: Request): Response | Promise<Response> {
    return answer(request, this.env, this.ctx)
  }

  introspect(token: string): ReturnType<AuthServer<WorkerEnv>['introspect']> {
    if (!this.env.ISSUER)
      throw new Error('Set ISSUER: a service binding has no origin to take it from')
    return siteOf(this.env, null).server.introspect(token, this.env)
  }
}

function answer(
  request: Request,
  env: WorkerEnv,
  context: ExecutionContext,
): Response | Promise<Response> {
  let site: Site
  try {
    site = siteOf(env, request)
  } catch (error) {
    return misconfigured(error)
  }
  return site.fetch(request, env, context)
}

/** A wrong ISSUER or SIGNING_ALGORITHM meets no request, as a missing secret meets none. */
function misconfigured(error: unknown): Response {
  if (!(error instanceof TypeError)) throw error
  console.error(
    JSON.stringify({ level: 'error', unavailable: 'configuration', detail: error.message }),
  )
  const body = { error: 'temporarily_unavailable', error_description: 'Try again in a moment.' }
  return Response.json(body, {
    status: 503,
    headers: { 'Retry-After': '5', 'Cache-Control': 'no-store' },
  })
}

export default {
  fetch: answer,
  scheduled: (controller, env, context) =>
    siteOf(env, null).server.scheduled(controller, env, context),
} satisfies ExportedHandler<WorkerEnv>
