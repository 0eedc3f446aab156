import type { Hono } from 'hono'
import { newApp } from '../web/app.ts'
import { authorizeAdministration } from '../actions/auth/authorize-administration.ts'
import {
  checkHealth,
  describeHealth,
  findProblems,
  type Health,
  type HealthDetail,
  isReadable,
} from '../actions/health/check-health.ts'
import type { DenylistHealth } from '../actions/edge/describe-denylist.ts'
import { requireRight } from '../domain/authority.ts'
import { Refusal, type Unavailable } from '../domain/errors.ts'
import { isAtLeast, type Level, LEVELS, levelOf, type Problem } from '../domain/health.ts'
import type { KeyUse } from '../domain/key-use.ts'
import type { StreamState } from '../domain/event-stream.ts'
import { isoTime, type Seconds } from '../domain/time.ts'
import type { AppEnv } from '../web/app-env.ts'
import { type Answer, unstored } from './oauth/answers.ts'
import type { AilingResponse, HealthDetailResponse } from './health-response.ts'
import { readBearer } from './bearer.ts'
import type { Call } from '../web/prepare.ts'
import { type EndpointMaker, routeTo } from './oauth/endpoint.ts'

export function healthRoutes(endpoint: EndpointMaker): Hono<AppEnv> {
  const health = endpoint('GET /health', tellHealth, { whenOut: tellOutage })
  return newApp<AppEnv>().all('/health', routeTo(health))
}

/**
 * Tells everybody the server's status in a word, and administrators all of it. Answers 503 if it
 * does not serve; `fail_on` sets another level, for monitors that read the status code alone.
 */
async function tellHealth(call: Call): Promise<Answer> {
  const failOn = readFailOn(call.request)
  const health = await checkHealth(call.deps)
  const isServing = health.failing.length === 0
  const { level, ...detail } = isReadable(health) ? await detailFor(call) : { level: 'ok' as const }
  const status: Level = isServing ? level : 'unavailable'
  const body = { status, ...(isServing ? {} : whatFails(health)), ...detail }
  return isAtLeast(status, failOn) ? unavailable(body) : unstored(body)
}

function readFailOn(request: Request): Level {
  const asked = new URL(request.url).searchParams.getAll('fail_on')
  const [level = 'unavailable', ...more] = asked
  if (more.length === 0 && LEVELS.slice(1).includes(level as Level)) return level as Level
  throw new Refusal('invalid_request', `fail_on must be one of ${LEVELS.slice(1).join(', ')}.`)
}

/** Tells why the check itself failed: a setting, by its name, or what stopped answering since. */
function tellOutage({ what, settings }: Unavailable): Answer {
  const health = { failing: [what], missingMigrations: [], wrongSettings: settings }
  return unavailable({ status: 'unavailable', ...whatFails(health) })
}

type Failing = Pick<AilingResponse, 'failing' | 'missing_migrations' | 'wrong_settings'>

function unavailable(body: object): Answer {
  return unstored(body, 503, { 'Retry-After': '5' })
}

function whatFails({ failing, missingMigrations, wrongSettings }: Health): Failing {
  return {
    // The sign-in alone depends on the identity provider.
    failing: failing.filter((what) => what !== 'identity_provider'),
    ...(missingMigrations.length > 0 ? { missing_migrations: missingMigrations } : {}),
    ...(wrongSettings.length > 0 ? { wrong_settings: wrongSettings } : {}),
  }
}

type Found = { level: Exclude<Level, 'unavailable'> } & Partial<HealthDetailResponse>

async function detailFor({ request, deps, address }: Call): Promise<Found> {
  const bearer = readBearer(request)
  if (bearer === null) return { level: levelOf(await findProblems(deps)) }
  requireRight(await authorizeAdministration(deps, bearer, address), 'clients:read')
  const detail = await describeHealth(deps)
  return { level: levelOf(detail.problems), ...detailBody(detail, deps.now()) }
}

type Detail = HealthDetailResponse

function problemBody(
  { name, level, since, detail }: Problem,
  now: Seconds,
): Detail['problems'][number] {
  return {
    problem: name,
    level,
    since: since === null ? null : isoTime(since),
    age_seconds: since === null ? null : Math.max(0, now - since),
    detail,
  }
}

function streamBody({ clientId, status, failing }: StreamState) {
  const failing_since = failing === null ? null : isoTime(failing.since)
  return { client_id: clientId, status, failing_since, last_error: failing?.detail ?? null }
}

function detailBody(detail: HealthDetail, now: Seconds): Detail {
  const { cron, backlog, mailer, signingKey, auditLog, denylist } = detail
  return {
    problems: detail.problems.map((problem) => problemBody(problem, now)),
    cron: cron && { last_run_at: isoTime(cron.ranAt), failed: cron.failed },
    pending: {
      denylist_entries: backlog.denylistEntries,
      reminders: backlog.reminders,
      reminders_given_up: backlog.remindersGivenUp,
      reminders_uncertain: backlog.remindersUncertain,
    },
    mail: { mailer: mailer.name, missing: mailer.missing, last_error: backlog.lastMailError },
    events: eventsBody(detail, now),
    security_event_streams: detail.streams && {
      total: detail.streams.total,
      ailing: detail.streams.ailing.map(streamBody),
    },
    signing_key: signingKey && {
      kid: signingKey.kid,
      active_since: isoTime(signingKey.activatesAt),
      age_seconds: now - signingKey.activatesAt,
    },
    standby_key: standbyBody(detail),
    signing_keys_not_ours: detail.strangeKeys,
    audit_log: auditLog && {
      verified_at: isoTime(auditLog.verifiedAt),
      intact: auditLog.verdict.intact,
    },
    denylist_pass: passBody(denylist),
    anchors: anchorsBody(denylist, now),
    kv_emptied_at: denylist.emptiedAt === null ? null : isoTime(denylist.emptiedAt),
    taken_back: denylist.databaseRestore,
    shut: denylist.shut,
    closed: detail.closed,
    keys: detail.keys.map(keyBody),
    settings: detail.settings,
    issuer_configured: detail.issuerGiven,
    gates_answer: detail.gatesAnswer,
    clients_held: backlog.heldClients,
    database: { bytes: backlog.databaseBytes, limit: detail.databaseLimit },
    refused_today: backlog.refusedToday,
    suspended_clients_trying: backlog.suspendedTrying.map(({ clientId, count }) => ({
      client_id: clientId,
      count,
    })),
  }
}

function eventsBody({ events }: HealthDetail, now: Seconds): Detail['events'] {
  const { webhook, pending, oldestAt, failingSince, failures, setAside } = events
  if (!webhook) return null
  const oldest_age_seconds = oldestAt === null ? null : Math.max(0, now - oldestAt)
  const last_error = failingSince === null ? null : (failures[0]?.detail ?? null)
  return { pending, oldest_age_seconds, set_aside: setAside.length, last_error }
}

function keyBody(use: KeyUse): Detail['keys'][number] {
  const { name, version, isConfigured: configured, isCurrent: current, uses, orMore } = use
  return { name, version, configured, current, in_use: uses, or_more: orMore }
}

function standbyBody({ standby }: HealthDetail): Detail['standby_key'] {
  if (!standby) return null
  const { key, triedAt, discarded } = standby
  return {
    kid: key.kid,
    published_since: isoTime(key.createdAt),
    usable_from: isoTime(standby.usableFrom),
    tried_at: isoTime(triedAt),
    discarded,
  }
}

function passBody({ pass }: DenylistHealth): Detail['denylist_pass'] {
  if (!pass) return null
  const { began, entries, held, done } = pass
  return { began_at: isoTime(began), entries, held, done }
}

function anchorsBody({ anchors }: DenylistHealth, now: Seconds): Detail['anchors'] {
  if (!anchors) return null
  const { newestAt, unreadable } = anchors
  const newest_at = newestAt === null ? null : isoTime(newestAt)
  const age_seconds = newestAt === null ? null : Math.max(0, now - newestAt)
  return { newest_at, age_seconds, unreadable }
}
