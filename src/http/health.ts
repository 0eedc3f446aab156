import type { Hono } from 'hono'
import { newApp } from '../web/app.ts'
import { authorizeAdministration } from '../actions/authorize-administration.ts'
import { checkHealth, describeHealth, type HealthDetail } from '../actions/check-health.ts'
import { requireRight } from '../domain/authority.ts'
import { isoTime, type Seconds } from '../domain/time.ts'
import type { Door } from '../web/door.ts'
import { type Answer, unstored } from './oauth/answers.ts'
import { readBearer } from './oauth/credentials.ts'
import type { Call, Endpoint } from './oauth/endpoint.ts'

export function healthRoutes(endpoint: Endpoint): Hono<Door> {
  return newApp<Door>().all('/health', endpoint('GET', tellHealth))
}

/** Whether D1, KV and the signing key answer; to whoever administers, how all else stands. */
async function tellHealth(call: Call): Promise<Answer> {
  const { failing } = await checkHealth(call.deps)
  const isOk = failing.length === 0
  const verdict = isOk ? { status: 'ok' } : { status: 'unavailable', failing }
  const body = { ...verdict, ...(failing.includes('d1') ? {} : await detailFor(call)) }
  return isOk ? unstored(body) : unstored(body, 503, { 'Retry-After': '5' })
}

async function detailFor({ request, deps }: Call): Promise<object> {
  const bearer = readBearer(request)
  if (bearer === null) return {}
  requireRight(await authorizeAdministration(deps, bearer), 'clients:read')
  return detailBody(await describeHealth(deps), deps.now())
}

function detailBody(detail: HealthDetail, now: Seconds): object {
  const { cron, backlog, mailer, signingKey, auditLog } = detail
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
    taken_back: detail.takenBack,
    closed: detail.closed,
  }
}
