import type { Hono } from 'hono'
import { newApp } from '../web/app.ts'
import { authorizeAdministration } from '../actions/authorize-administration.ts'
import { checkHealth, describeHealth, type HealthDetail } from '../actions/check-health.ts'
import { requireRight } from '../domain/authority.ts'
import { isoTime, type Seconds } from '../domain/time.ts'
import type { Door, DoorContext, Prepare } from '../web/door.ts'
import { methodNotAllowed } from '../web/methods.ts'
import { readBearer } from './oauth/credentials.ts'
import { renderOAuthError } from './oauth/errors.ts'
import { noStore } from './oauth/no-store.ts'

/** Whether D1, KV and the signing key answer; to whoever administers, how all else stands. */
export function healthRoutes(prepare: Prepare): Hono<Door> {
  const health = newApp<Door>()
  health.onError(renderOAuthError)
  health.get('/health', prepare, async (c) => {
    const { failing } = await checkHealth(c.var.deps)
    const isOk = failing.length === 0
    const verdict = isOk ? { status: 'ok' } : { status: 'unavailable', failing }
    const detail = failing.includes('d1') ? {} : await detailFor(c)
    if (isOk) return noStore(c).json({ ...verdict, ...detail })
    return noStore(c).json({ ...verdict, ...detail }, 503, { 'Retry-After': '5' })
  })
  health.all('/health', methodNotAllowed('GET'))
  return health
}

async function detailFor(c: DoorContext): Promise<object> {
  const { deps } = c.var
  const bearer = readBearer(c.req.raw)
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
    audit_log: auditLog && {
      verified_at: isoTime(auditLog.verifiedAt),
      intact: auditLog.verdict.intact,
    },
    taken_back: detail.takenBack,
    closed: detail.closed,
  }
}
