import { WorkerEntrypoint } from 'cloudflare:workers'
import { readApiDocs } from './domain/api-docs.ts'
import { isLoopback } from './platform/loopback.ts'
import { boundedMap } from './platform/bounded-map.ts'
import { type FlagValue, readFlag } from './domain/flag.ts'
import { readMtlsHost } from './domain/mtls-host.ts'
import { type CheckpointVariables, checkpointsIn } from './domain/checkpoint-copies.ts'
import { numberIn, policyOptionsIn, type PolicyVariables } from './domain/policy-variables.ts'
import { gateOptionsIn, type GateVariables } from './domain/gate-options.ts'
import { readOrNote, type SettingProblem, WrongSetting } from './domain/setting.ts'
import {
  type AuthServerBindings,
  type AuthServerOptions,
  DATABASE_LIMIT_MB,
  readDatabaseLimit,
  readSigningKeyDays,
  SIGNING_KEY_DAYS,
} from './options.ts'
import { REMINDER_DAYS, readReminderDays, readReminderRecipients } from './domain/reminder-days.ts'
import { readUnusedDays } from './domain/unused-secret.ts'
import { eventsIn, type EventsVariables, securityEventsIn } from './domain/events-webhook.ts'
import type { ReminderVariables } from './domain/reminder-options.ts'
import type { SignInVariables } from './domain/sign-in.ts'
import { LEAD_HOURS, readLeadHours } from './domain/signing-key.ts'
import type { Gate } from './gate.ts'
import { type AuthServer, createSiblings } from './server.ts'
import { misconfigured } from './web/misconfigured.ts'
import { wholeOrigin } from './web/whole-origin.ts'

type ForPeople = SignInVariables & EventsVariables & ReminderVariables
type WorkerVariables = PolicyVariables & ForPeople & CheckpointVariables & GateVariables

/** The deployed Worker's variables, secrets and bindings; docs/configuration.md describes each. */
export type WorkerEnv = WorkerVariables & {
  DB: D1Database
  DENYLIST: KVNamespace
  ISSUER?: string
  SIGNING_ALGORITHM?: 'ES256' | 'RS256'
  BOOTSTRAP_TOKEN?: string
  ADMINISTRATORS?: string
  MAIL_FROM?: string
  SMTP_URL?: string
  MAIL_WEBHOOK_URL?: string
  MAIL_WEBHOOK_SECRET?: string
  EMAIL?: SendEmail
  METRICS?: AnalyticsEngineDataset
  GATES?: DurableObjectNamespace<Gate>
  SIGNING_KEY_DAYS?: string
  DATABASE_LIMIT_MB?: string
  SIGNING_KEY_LEAD_HOURS?: string
  REQUIRE_IF_MATCH?: string
  DPOP_NONCE?: string
  STATUS_LISTS?: string
  API_DOCS?: string
  CLOSED?: string
  MTLS_HOST?: string
  CLIENT_CERTIFICATE_PROXY_SECRET?: string
  DEVELOPMENT_PLAIN_HTTP?: string
  PEPPER: string
  WRAPPING_KEY: string
  AUDIT_KEY: string
  COOKIE_KEY: string
}

/** Set by `npm start` when it bundles, and by no deployment. */
declare const PORTCULLIS_DEVELOPMENT: true | undefined

type Site = { fetch: ReturnType<typeof wholeOrigin>; server: AuthServer<WorkerEnv> }

// One for each origin served, if no ISSUER is set; a Worker has few routes. On a wildcard route
// anyone can name hosts: the one idle the longest is dropped, but nothing that was counted with it.
const sites = boundedMap<Site>(16)
const createServer = createSiblings()

/** The cron has no origin, and needs none: without an issuer, mails have no link. */
const NO_ORIGIN = 'https://cron.invalid'

let latest: { issuer: string; site: Site } | undefined

function siteOf(env: WorkerEnv, request: Request | null): Site {
  const issuer = env.ISSUER || (request ? originOf(request) : NO_ORIGIN)
  if (latest?.issuer === issuer) return latest.site
  const site = sites.get(issuer) ?? siteAt(issuer, env)
  // Set again, it is the last to be dropped.
  sites.set(issuer, site)
  latest = { issuer, site }
  return site
}

function siteAt(issuer: string, env: WorkerEnv): Site {
  const settingProblems: SettingProblem[] = []
  const options = {
    issuer,
    signingAlgorithm: env.SIGNING_ALGORITHM || undefined,
    ...optionsForPeople(issuer, env, settingProblems),
    bindings: bindingsOf,
  }
  const server = createServer(options, { issuerGiven: issuer === env.ISSUER, settingProblems })
  return { fetch: wholeOrigin(server, issuer), server }
}

/** Settings that no token depends on: a wrong one is replaced by another value, and reported. */
function optionsForPeople(
  issuer: string,
  env: WorkerEnv,
  problems: SettingProblem[],
): Partial<AuthServerOptions<WorkerEnv>> {
  const readOr = readOrNote(problems)
  const days = () => readSigningKeyDays('SIGNING_KEY_DAYS', numberIn(env.SIGNING_KEY_DAYS))
  const remind = () => readReminderDays('REMINDER_DAYS', env.REMINDER_DAYS || undefined)
  const told = () => readReminderRecipients(env.REMINDER_RECIPIENTS).join()
  const unused = () =>
    readUnusedDays('UNUSED_SECRET_DAYS', numberIn(env.UNUSED_SECRET_DAYS)) ?? undefined
  const ifMatch = () => readFlag('REQUIRE_IF_MATCH', env.REQUIRE_IF_MATCH)
  const nonce = () => readFlag('DPOP_NONCE', env.DPOP_NONCE)
  const lists = () => readFlag('STATUS_LISTS', env.STATUS_LISTS)
  const limit = () => readDatabaseLimit(numberIn(env.DATABASE_LIMIT_MB))
  const lead = () => readLeadHours(numberIn(env.SIGNING_KEY_LEAD_HOURS))
  const plainHttp = () => readPlainHttp(env.DEVELOPMENT_PLAIN_HTTP)
  const docs = () => {
    readApiDocs(env.API_DOCS, issuer)
    return env.API_DOCS
  }
  return {
    mtlsHost: readOr(() => mtlsHostOf(env), undefined, 'no certificate is looked at there'),
    reminderDays: readOr(remind, undefined, `${REMINDER_DAYS.join()} are used`),
    reminderRecipients: readOr(told, undefined, 'they are not reminded'),
    unusedSecretDays: readOr(unused, undefined, 'no secret is ended because it is not used'),
    signingKeyDays: readOr(days, undefined, `${SIGNING_KEY_DAYS} are used`),
    signingKeyLeadHours: readOr(lead, undefined, `${LEAD_HOURS} are used`),
    databaseLimitMb: readOr(limit, undefined, `${DATABASE_LIMIT_MB} are used`),
    requireIfMatch: readOr(ifMatch, true, 'it counts as on'),
    dpopNonce: readOr(nonce, true, 'it counts as on'),
    statusLists: readOr(lists, false, 'it counts as off'),
    ...policyOptionsIn(env, readOr),
    securityEvents: securityEventsIn(env, readOr),
    ...gateOptionsIn(env, readOr),
    plainHttpInDevelopment: readOr(plainHttp, false, 'it counts as off'),
    apiDocs: readOr(docs, undefined, 'the reference is not shown'),
  }
}

/** Where each host is an issuer of its own, another host cannot answer for one of them. */
function mtlsHostOf({ MTLS_HOST: host, ISSUER: issuer }: WorkerEnv): string | undefined {
  if (host && !issuer) throw new WrongSetting('MTLS_HOST', 'MTLS_HOST needs ISSUER to be set')
  return readMtlsHost(host) ?? undefined
}

/** A variable alone could be left in a deployment, and anyone could read tokens on the network. */
function readPlainHttp(value: FlagValue): boolean {
  const name = 'DEVELOPMENT_PLAIN_HTTP'
  if (!readFlag(name, value) || typeof PORTCULLIS_DEVELOPMENT !== 'undefined') {
    return readFlag(name, value)
  }
  throw new WrongSetting(name, `${name} is only for npm start`)
}

function bindingsOf(env: WorkerEnv): AuthServerBindings {
  return {
    database: env.DB,
    denylist: env.DENYLIST,
    pepper: env.PEPPER,
    wrappingKey: env.WRAPPING_KEY,
    auditKey: env.AUDIT_KEY,
    cookieKey: env.COOKIE_KEY,
    bootstrapToken: env.BOOTSTRAP_TOKEN || undefined,
    clientCertificateProxySecret: env.CLIENT_CERTIFICATE_PROXY_SECRET,
    administrators: env.ADMINISTRATORS,
    oidc: {
      issuer: env.OIDC_ISSUER,
      clientId: env.OIDC_CLIENT_ID,
      clientSecret: env.OIDC_CLIENT_SECRET,
    },
    access: { teamDomain: env.ACCESS_TEAM_DOMAIN, audience: env.ACCESS_AUD },
    groups: {
      claim: env.OIDC_ACCESS_CLAIM,
      manageValues: env.OIDC_MANAGE_VALUES,
      viewValues: env.OIDC_VIEW_VALUES,
    },
    mail: {
      from: env.MAIL_FROM,
      smtpUrl: env.SMTP_URL,
      webhookUrl: env.MAIL_WEBHOOK_URL,
      webhookSecret: env.MAIL_WEBHOOK_SECRET,
      email: env.EMAIL,
    },
    metrics: env.METRICS,
    events: eventsIn(env),
    checkpoints: checkpointsIn(env),
    gates: env.GATES,
    closed: readFlag('CLOSED', env.CLOSED),
    // Without an issuer of its own, the cron serves every origin.
    logName: env.ISSUER || 'any',
  }
}

/** The origin served: https, even if a zone lets plain http through to the Worker. */
function originOf(request: Request): string {
  const url = new URL(request.url)
  return isLoopback(url.hostname) ? url.origin : new URL(`https://${url.host}`).origin
}

/**
 * The entry point that a Worker in the same account binds as a service: it asks whether a token is
 * active without HTTP credentials, and fetches the keys. A call has no origin: set ISSUER.
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
    return misconfigured(error, new URL(request.url).pathname)
  }
  return site.fetch(request, env, context)
}

export { Gate } from './gate.ts'

export default {
  fetch: answer,
  scheduled: (controller, env, context) =>
    siteOf(env, null).server.scheduled(controller, env, context),
} satisfies ExportedHandler<WorkerEnv>
