import * as v from 'valibot'
import { PROBLEMS } from '../domain/health.ts'
import { MAILER_NAMES } from '../domain/mail.ts'
import { count, textOrNull, time, timeOrNull } from './response-fields.ts'

const texts = v.array(v.string())

/** For callers that may read clients, beside the status. */
const healthDetail = v.strictObject({
  problems: v.array(
    v.strictObject({
      problem: v.picklist(PROBLEMS),
      level: v.picklist(['degraded', 'failing']),
      since: timeOrNull,
      age_seconds: v.nullable(count),
      detail: textOrNull,
    }),
  ),
  cron: v.nullable(v.strictObject({ last_run_at: time, failed: texts })),
  pending: v.strictObject({
    denylist_entries: count,
    reminders: count,
    reminders_given_up: count,
    reminders_uncertain: count,
  }),
  mail: v.strictObject({
    mailer: v.picklist(MAILER_NAMES),
    missing: textOrNull,
    last_error: textOrNull,
  }),
  events: v.nullable(
    v.strictObject({
      pending: count,
      oldest_age_seconds: v.nullable(count),
      set_aside: count,
      last_error: textOrNull,
    }),
  ),
  signing_key: v.nullable(
    v.strictObject({ kid: v.string(), active_since: time, age_seconds: count }),
  ),
  standby_key: v.nullable(
    v.strictObject({
      kid: v.string(),
      published_since: time,
      usable_from: time,
      tried_at: time,
      discarded: texts,
    }),
  ),
  security_event_streams: v.nullable(
    v.strictObject({
      total: count,
      ailing: v.array(
        v.strictObject({
          client_id: v.string(),
          status: v.picklist(['enabled', 'paused', 'disabled']),
          failing_since: timeOrNull,
          last_error: v.nullable(v.string()),
        }),
      ),
    }),
  ),
  signing_keys_not_ours: texts,
  audit_log: v.nullable(v.strictObject({ verified_at: time, intact: v.boolean() })),
  denylist_pass: v.nullable(
    v.strictObject({ began_at: time, entries: count, held: count, done: v.boolean() }),
  ),
  anchors: v.nullable(
    v.strictObject({
      newest_at: timeOrNull,
      age_seconds: v.nullable(count),
      unreadable: count,
    }),
  ),
  kv_emptied_at: timeOrNull,
  taken_back: v.boolean(),
  shut: v.boolean(),
  closed: v.boolean(),
  keys: v.array(
    v.strictObject({
      name: v.picklist(['PEPPER', 'WRAPPING_KEY', 'AUDIT_KEY']),
      version: v.string(),
      configured: v.boolean(),
      current: v.boolean(),
      in_use: count,
      or_more: v.boolean(),
    }),
  ),
  settings: v.array(v.strictObject({ name: v.string(), problem: v.string() })),
  issuer_configured: v.boolean(),
  gates_answer: v.nullable(v.boolean()),
  clients_held: count,
  database: v.strictObject({ bytes: v.nullable(count), limit: count }),
  refused_today: v.record(v.string(), count),
  suspended_clients_trying: v.array(v.strictObject({ client_id: v.string(), count: count })),
})

const { entries: detail } = v.partial(healthDetail)

export const healthResponse = v.strictObject({
  status: v.picklist(['ok', 'degraded', 'failing']),
  ...detail,
})
export const ailingResponse = v.strictObject({
  status: v.picklist(['degraded', 'failing', 'unavailable']),
  failing: v.optional(
    v.array(v.picklist(['d1', 'migrations', 'kv', 'signing_key', 'configuration'])),
  ),
  missing_migrations: v.optional(v.array(v.string())),
  wrong_settings: v.optional(v.array(v.string())),
  ...detail,
})

export type HealthDetailResponse = v.InferOutput<typeof healthDetail>
export type AilingResponse = v.InferOutput<typeof ailingResponse>
