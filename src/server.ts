import type { Hono } from 'hono'
import { type Configured, configured, keyVersionsOf } from './bindings.ts'
import { newApp } from './web/app.ts'
import { runScheduledJobs } from './actions/scheduled/run-scheduled-jobs.ts'
import { consoleRoutes } from './console/routes.ts'
import {
  bootstrapMarker,
  bootstrapMarkMatcher,
  bootstrapTokenMatcher,
} from './crypto/bootstrap-token.ts'
import { keyChecksOf } from './crypto/key-checks.ts'
import { keyedHashes } from './crypto/keyed-hashes.ts'
import { randomText } from './crypto/random.ts'
import { sealedTexts } from './crypto/sealed-texts.ts'
import { auditSeals, signedTexts } from './crypto/seals.ts'
import { secretVerifiers } from './crypto/secret-verifiers.ts'
import { signingWith } from './crypto/signing.ts'
import { byEnvironment } from './platform/by-environment.ts'
import type { FailureCounts } from './domain/failure-limit.ts'
import type { SettingProblem } from './domain/setting.ts'
import { DAY } from './domain/time.ts'
import { adminRoutes } from './http/admin/routes.ts'
import type { AppEnv } from './web/app-env.ts'
import { healthRoutes } from './http/health.ts'
import { indexRoutes } from './http/index-page.ts'
import { logFailure, logSettings, logWarning } from './web/log.ts'
import { directly, endpointWith } from './http/oauth/endpoint.ts'
import { type Introspecting, introspecting } from './http/oauth/introspector.ts'
import { keyEndpoints, metadataEndpoints, publicRoutes } from './http/oauth/metadata.ts'
import { oauthEndpoints, oauthRoutes } from './http/oauth/routes.ts'
import { referenceRoutes } from './http/reference/routes.ts'
import { backOff } from './web/back-off.ts'
import { type Preparation, prepareWith, type SharedDeps } from './web/prepare.ts'
import { loggedSightings } from './web/sightings.ts'
import type { Direct } from './web/whole-origin.ts'
import { mailerOrLog } from './mail/mailer.ts'
import { type AuthServerOptions, readOptions, type Settings } from './options.ts'
import { d1Administrators } from './storage/administrators/administrators.ts'
import { kvAnchors } from './storage/ledger/anchors.ts'
import { d1Apis } from './storage/access/apis.ts'
import { d1AuditEvents } from './storage/ledger/audit-events.ts'
import { d1JobStates } from './storage/upkeep/job-states.ts'
import { d1Clients } from './storage/clients/clients.ts'
import { d1CredentialReads } from './storage/clients/credential-reads.ts'
import { openDatabase } from './storage/database.ts'
import { kvDenylist } from './storage/denylist/denylist.ts'
import { d1DenylistOutbox } from './storage/denylist/denylist-outbox.ts'
import { FAILURE_LIMITS, failureCounts } from './storage/upkeep/failure-counts.ts'
import { healthProbes } from './storage/upkeep/health-probes.ts'
import { d1IdempotencyRecords } from './storage/ledger/idempotency-records.ts'
import { d1KeyChecks } from './storage/keys/key-checks.ts'
import { d1KeyUses } from './storage/keys/key-uses.ts'
import { keyMemory } from './storage/keys/key-memory.ts'
import { d1Ledger } from './storage/ledger/ledger.ts'
import { countedIn, type Outlets } from './storage/upkeep/operation-count.ts'
import { d1Reminders } from './storage/reminders/reminders.ts'
import { d1Roles } from './storage/access/roles.ts'
import { d1SearchIndex } from './storage/clients/search-index.ts'
import { d1Sessions } from './storage/administrators/sessions.ts'
import { d1SigningKeys } from './storage/keys/signing-keys.ts'
import { d1TokenCounts } from './storage/upkeep/token-counts.ts'

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

type Given = {
  /** Whether configuration names the issuer; if not, it is the address that was called. */
  issuerGiven: boolean
  /** Problems with settings that were found before they became options. */
  settingProblems: SettingProblem[]
}

/** The parts of a server besides its settings. */
type Around = FailureCounts &
  Given & {
    /** Settings already reported to the log. */
    told: Set<string>
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
  const documents = { ...metadataEndpoints(issuer), ...keyEndpoints(endpoint) }
  const app = otherRoutes(preparation, settings)
  app.route('/', oauthRoutes(oauth))
  app.route('/.well-known', publicRoutes(documents))
  return {
    app,
    wellKnown: publicRoutes(metadataEndpoints(issuer, pathOf(issuer))),
    direct: new Map([...directly(oauth), ...directly(documents, '/.well-known')]),
    ...introspecting(sharedDeps),
    async scheduled(_controller, env) {
      const count = { made: 0 }
      const deps = assemble(settings, configured(settings, env), around, countedIn(count))
      // Shared, so that this isolate answers with what the cron has changed.
      const { keyMemory } = sharedDeps(env)
      await runScheduledJobs({ ...deps, keyMemory, operationsMade: () => count.made })
    },
  }
}

/** Everything but the endpoints that clients and APIs use. */
function otherRoutes(
  preparation: Preparation,
  { apiDocs, requireIfMatch }: Pick<Settings<never>, 'apiDocs' | 'requireIfMatch'>,
): Hono<AppEnv> {
  const { issuer } = preparation
  const [endpoint, prepare] = [endpointWith(preparation), prepareWith(preparation)]
  const app = newApp<AppEnv>()
  app.route('/', indexRoutes(issuer))
  app.route('/', healthRoutes(endpoint))
  app.route('/', referenceRoutes(issuer, apiDocs))
  app.route('/', adminRoutes(prepare, requireIfMatch))
  app.route('/', consoleRoutes(prepare, issuer))
  return app
}

/** The issuer's path, which RFC 8414 §3.1 puts after the well-known name; empty at the root. */
function pathOf(issuer: string): string {
  return new URL(issuer).pathname.replace(/\/$/, '')
}

function assemble(
  settings: Omit<Settings<never>, 'bindings'>,
  { bindings, keys, bootstrapToken, administrators, signInBy, problems }: Configured,
  { told, ...around }: Around,
  wrap: (all: Outlets) => Outlets = (all) => all,
): SharedDeps {
  const { issuer } = settings
  const settingProblems = [...around.settingProblems, ...problems]
  logSettings(settingProblems, told)
  const { db, kv, mailer } = wrap({
    db: openDatabase(bindings.database),
    kv: bindings.denylist,
    mailer: mailerOrLog({
      ...bindings.mail,
      issuer: around.issuerGiven ? issuer : null,
      days: settings.reminderDays,
      now: settings.now,
    }),
  })
  const ownKeys = keyChecksOf(keys.pepper, keys.wrappingKey, keys.auditKey)
  return {
    issuer,
    algorithm: settings.signingAlgorithm,
    bootstrapTokenMatches: bootstrapTokenMatcher(bootstrapToken, keys.cookieKey),
    bootstrapMark: bootstrapMarker(bootstrapToken, keys.cookieKey),
    bootstrapMarkHolds: bootstrapMarkMatcher(bootstrapToken, keys.cookieKey),
    now: settings.now,
    random: randomText,
    backOff,
    ledger: d1Ledger(db, issuer, ownKeys),
    keyChecks: d1KeyChecks(db, ownKeys),
    keyUses: d1KeyUses(db),
    keyVersions: keyVersionsOf(keys),
    seals: auditSeals(keys.auditKey),
    credentials: d1CredentialReads(bindings.database, issuer),
    clients: d1Clients(db, issuer),
    apis: d1Apis(db, issuer),
    roles: d1Roles(db, issuer),
    auditEvents: d1AuditEvents(db),
    idempotencyRecords: d1IdempotencyRecords(db),
    keyedHashes: keyedHashes(keys.auditKey, 'idempotency'),
    tokenCounts: d1TokenCounts(db),
    administrators: d1Administrators(db),
    configuredAdministrators: administrators,
    signInBy,
    reminders: d1Reminders(db),
    reminderLead: settings.reminderDays * DAY,
    mailer,
    jobStates: d1JobStates(db),
    searchIndex: d1SearchIndex(db),
    anchors: kvAnchors(kv, signedTexts(keys.auditKey, 'anchor'), bindings.logName ?? issuer),
    signingKeyAge: settings.signingKeyAge,
    signingKeyLead: settings.signingKeyLead,
    keyMemory: keyMemory(),
    ...signingWith(d1SigningKeys(db), {
      issuer,
      wrappingKey: keys.wrappingKey,
      now: settings.now,
      tell: (problem) => logFailure(problem, 'signing keys'),
    }),
    verifiers: secretVerifiers(keys.pepper),
    outbox: d1DenylistOutbox(db),
    denylist: kvDenylist(kv),
    ...around,
    settingProblems,
    probes: healthProbes(db, kv),
    cursors: signedTexts(keys.cookieKey, 'cursor'),
    sessionCookies: signedTexts(keys.cookieKey, 'session'),
    sessions: d1Sessions(db),
    signIns: signedTexts(keys.cookieKey, 'sign-in'),
    formTokens: signedTexts(keys.cookieKey, 'form'),
    flashes: signedTexts(keys.cookieKey, 'flash'),
    keptForms: sealedTexts(keys.cookieKey, 'kept-form'),
    logProblem: (error, where) => logFailure(error as Error, `cron ${where}`),
    logWarning,
    sightings: loggedSightings(),
    databaseLimit: settings.databaseLimit,
    hasOwnClock: settings.hasOwnClock,
    closed: bindings.closed ?? false,
  }
}
