import type { Hono } from 'hono'
import { newApp } from '../web/app.ts'
import { authorizeAdministration } from '../actions/authorize-administration.ts'
import {
  checkHealth,
  describeHealth,
  type Health,
  type HealthDetail,
  isReadable,
} from '../actions/check-health.ts'
import type { DenylistHealth } from '../actions/describe-denylist.ts'
import { requireRight } from '../domain/authority.ts'
import { isoTime, type Seconds } from '../domain/time.ts'
import type { Door } from '../web/door.ts'
import { type Answer, unstored } from './oauth/answers.ts'
import { readBearer } from './oauth/credentials.ts'
import type { Call, Endpoint } from './oauth/endpoint.ts'

export function healthRoutes(endpoint: Endpoint): Hono<Door> {
  return newApp<Door>().all('/health', endpoint('GET', tellHealth))
}

/** Whether D1, its migrations, KV and the signing key are there; to whoever administers, how all else stands. */
async function tellHealth(call: Call): Promise<Answer> {
  const health = await checkHealth(call.deps)
  const isOk = health.failing.length === 0
  const verdict = isOk ? { status: 'ok' } : { status: 'unavailable', ...problemsOf(health) }
  const body = { ...verdict, ...(isReadable(health) ? await detailFor(call) : {}) }
  return isOk ? unstored(body) : unstored(body, 503, { 'Retry-After': '5' })
}

function problemsOf({ failing, missingMigrations }: Health): object {
  const lacks = missingMigrations.length > 0
  return { failing, ...(lacks ? { missing_migrations: missingMigrations } : {}) }
}

async function detailFor({ request, deps, address }: Call): Promise<object> {
  const bearer = readBearer(request)
  if (bearer === null) return {}
  requireRight(await authorizeAdministration(deps, bearer, address), 'clients:read')
  return detailBody(await describeHealth(deps), deps.now())
}

function detailBody(detail: HealthDetail, now: Seconds): object {
  const { cron, backlog, mailer, signingKey, auditLog, denylist } = detail
  return {
    cron: cron && { last_run_at: isoTime(cron.ranAt), failed: cron.failed },
    pending: {
      denylist_entries: backlog.denylistEntries,
      reminders: backlog.reminders,
      reminders_given_up: backlog.remindersGivenUp,
      reminders_uncertain: backlog.remindersUncertain,
    },
    mail: { mailer: mailer.name, missing: mailer.missing, last_error: backlog.lastMailError },
    signing_key: signingKey && {
      kid: signingKey.kid,
      active_since: isoTime(signingKey.activatesAt),
      age_seconds: now - signingKey.activatesAt,
    },
    signing_keys_not_ours: detail.strangeKeys,
    audit_log: auditLog && {
      verified_at: isoTime(auditLog.verifiedAt),
      intact: auditLog.verdict.intact,
    },
    denylist_pass: passBody(denylist),
    anchors: anchorsBody(denylist, now),
    kv_emptied_at: denylist.emptiedAt === null ? null : isoTime(denylist.emptiedAt),
    taken_back: denylist.takenBack,
    shut: denylist.shut,
    closed: detail.closed,
    issuer_configured: detail.issuerGiven,
  }
}

function passBody({ pass }: DenylistHealth): object | null {
  if (!pass) return null
  const { began, entries, held, done } = pass
  return { began_at: isoTime(began), entries, held, done }
}

function anchorsBody({ anchors }: DenylistHealth, now: Seconds): object | null {
  if (!anchors) return null
  const { newestAt, unreadable } = anchors
  const newest_at = newestAt === null ? null : isoTime(newestAt)
  const age_seconds = newestAt === null ? null : Math.max(0, now - newestAt)
  return { newest_at, age_seconds, unreadable }
}
