import { Hono } from 'hono'
import { checkpointsIn } from '../../src/domain/checkpoint-copies.ts'
import { readFlag } from '../../src/domain/flag.ts'
import type { AuthServerBindings, AuthServerOptions } from '../../src/options.ts'
import { type AuthServer, createAuthServer } from '../../src/server.ts'
import type { WorkerEnv } from '../../src/worker.ts'
import { ISSUER } from './names.ts'

export type Options = Partial<AuthServerOptions<WorkerEnv>>

/**
 * The one place where a test builds a server: on the variables and bindings of the deployed Worker. `create`
 * is another build of the server, such as one with a planted defect.
 */
export function buildServer(
  options: Options = {},
  create: typeof createAuthServer = createAuthServer,
): AuthServer<WorkerEnv> {
  return create<WorkerEnv>({ issuer: ISSUER, bindings: bindingsOf, ...options })
}

export function bindingsOf(e: WorkerEnv): AuthServerBindings {
  return {
    database: e.DB,
    denylist: e.DENYLIST,
    pepper: e.PEPPER,
    wrappingKey: e.WRAPPING_KEY,
    auditKey: e.AUDIT_KEY,
    cookieKey: e.COOKIE_KEY,
    bootstrapToken: e.BOOTSTRAP_TOKEN,
    administrators: e.ADMINISTRATORS,
    clientCertificateProxySecret: e.CLIENT_CERTIFICATE_PROXY_SECRET,
    metrics: e.METRICS,
    gates: e.GATES,
    closed: readFlag('CLOSED', e.CLOSED),
    mail: {
      from: e.MAIL_FROM,
      smtpUrl: e.SMTP_URL,
      webhookUrl: e.MAIL_WEBHOOK_URL,
      webhookSecret: e.MAIL_WEBHOOK_SECRET,
      email: e.EMAIL,
    },
    events: {
      url: e.EVENTS_WEBHOOK_URL,
      secret: e.EVENTS_WEBHOOK_SECRET,
      format: e.EVENTS_WEBHOOK_FORMAT,
    },
    checkpoints: checkpointsIn(e),
    oidc: {
      issuer: e.OIDC_ISSUER,
      clientId: e.OIDC_CLIENT_ID,
      clientSecret: e.OIDC_CLIENT_SECRET,
    },
    groups: {
      claim: e.OIDC_ACCESS_CLAIM,
      manageValues: e.OIDC_MANAGE_VALUES,
      viewValues: e.OIDC_VIEW_VALUES,
    },
    access: { teamDomain: e.ACCESS_TEAM_DOMAIN, audience: e.ACCESS_AUD },
  }
}

/** A host that has the server at the root of its origin, and answers nothing else. */
export function hostOf({ app, wellKnown }: AuthServer<WorkerEnv>): Hono {
  return new Hono().route('/', app).route('/.well-known', wellKnown)
}
