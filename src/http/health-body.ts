import type { HealthDetail } from '../actions/health/check-health.ts'
import type { DenylistHealth } from '../actions/edge/describe-denylist.ts'
import type { StreamState } from '../domain/event-stream.ts'
import type { Problem } from '../domain/health.ts'
import type { KeyUse } from '../domain/key-use.ts'
import { isoTime, type Seconds } from '../domain/time.ts'
import type { HealthDetailResponse } from './health-response.ts'

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

/** The detail for callers that may read clients. */
export function healthDetailBody(detail: HealthDetail, now: Seconds): Detail {
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
