import * as v from 'valibot'
import { LEVELS, PROBLEMS } from '../src/domain/health.ts'
import { MAILER_NAMES } from '../src/domain/mail.ts'
import { ALGORITHMS } from '../src/domain/signing-key.ts'
import { time } from '../src/http/response-fields.ts'

// Forms are read by hand (src/http/oauth/form.ts): what they take is said here. RFC 6749 §3.2: a
// parameter that is not known is ignored.

const credentials = { client_id: v.optional(v.string()), client_secret: v.optional(v.string()) }
const tokenFields = {
  token: v.string(),
  token_type_hint: v.optional(v.string()),
  ...credentials,
}

export const tokenForm = v.object({
  grant_type: v.literal('client_credentials'),
  scope: v.optional(v.string()),
  resource: v.optional(v.array(v.string())),
  audience: v.optional(v.array(v.string())),
  ...credentials,
})
export const introspectionForm = v.object(tokenFields)
export const revocationForm = v.object(tokenFields)
export const rotationForm = v.object({ overlap: v.optional(v.string()), ...credentials })

const seconds = v.pipe(v.number(), v.integer(), v.minValue(0))
const texts = v.array(v.string())

export const token = v.strictObject({
  access_token: v.string(),
  token_type: v.literal('Bearer'),
  expires_in: seconds,
  scope: v.string(),
})

export const introspection = v.union([
  v.strictObject({ active: v.literal(false) }),
  v.strictObject({
    active: v.literal(true),
    scope: v.string(),
    client_id: v.string(),
    token_type: v.literal('Bearer'),
    exp: seconds,
    iat: seconds,
    sub: v.string(),
    aud: v.union([v.string(), texts]),
    iss: v.string(),
    jti: v.string(),
  }),
])

/** The names are those of RFC 7591 §3.2.1. */
export const rotated = v.strictObject({
  client_id: v.string(),
  client_secret: v.string(),
  client_secret_expires_at: seconds,
  secret_id: v.string(),
  previous_secret_id: v.string(),
  previous_secret_expires_at: seconds,
})

/** RFC 6749 §5.2. */
export const oauthError = v.strictObject({ error: v.string(), error_description: v.string() })

/** RFC 8414 §2. */
export const metadata = v.strictObject({
  issuer: v.string(),
  token_endpoint: v.string(),
  introspection_endpoint: v.string(),
  revocation_endpoint: v.string(),
  jwks_uri: v.string(),
  grant_types_supported: texts,
  authorization_endpoint: v.string(),
  response_types_supported: texts,
  subject_types_supported: texts,
  id_token_signing_alg_values_supported: texts,
  token_endpoint_auth_methods_supported: texts,
  introspection_endpoint_auth_methods_supported: texts,
  revocation_endpoint_auth_methods_supported: texts,
})

const jwk = { kid: v.string(), alg: v.picklist(ALGORITHMS), use: v.literal('sig') }

/** RFC 7517 §5. */
export const keySet = v.strictObject({
  keys: v.array(
    v.union([
      v.strictObject({
        kty: v.literal('EC'),
        crv: v.literal('P-256'),
        x: v.string(),
        y: v.string(),
        ...jwk,
      }),
      v.strictObject({ kty: v.literal('RSA'), n: v.string(), e: v.string(), ...jwk }),
    ]),
  ),
})

/** What whoever may read clients is told beside the verdict. */
const detail = {
  problems: v.optional(
    v.array(
      v.strictObject({
        problem: v.picklist(PROBLEMS),
        level: v.picklist(['degraded', 'failing']),
        since: v.nullable(time),
        age_seconds: v.nullable(seconds),
        detail: v.nullable(v.string()),
      }),
    ),
  ),
  cron: v.optional(v.nullable(v.strictObject({ last_run_at: time, failed: texts }))),
  pending: v.optional(
    v.strictObject({
      denylist_entries: seconds,
      reminders: seconds,
      reminders_given_up: seconds,
      reminders_uncertain: seconds,
    }),
  ),
  mail: v.optional(
    v.strictObject({
      mailer: v.picklist(MAILER_NAMES),
      missing: v.nullable(v.string()),
      last_error: v.nullable(v.string()),
    }),
  ),
  signing_key: v.optional(
    v.nullable(v.strictObject({ kid: v.string(), active_since: time, age_seconds: seconds })),
  ),
  standby_key: v.optional(
    v.nullable(
      v.strictObject({
        kid: v.string(),
        published_since: time,
        usable_from: time,
        tried_at: time,
        discarded: texts,
      }),
    ),
  ),
  signing_keys_not_ours: v.optional(texts),
  audit_log: v.optional(v.nullable(v.strictObject({ verified_at: time, intact: v.boolean() }))),
  denylist_pass: v.optional(
    v.nullable(
      v.strictObject({ began_at: time, entries: seconds, held: seconds, done: v.boolean() }),
    ),
  ),
  anchors: v.optional(
    v.nullable(
      v.strictObject({
        newest_at: v.nullable(time),
        age_seconds: v.nullable(seconds),
        unreadable: seconds,
      }),
    ),
  ),
  kv_emptied_at: v.optional(v.nullable(time)),
  taken_back: v.optional(v.boolean()),
  shut: v.optional(v.boolean()),
  closed: v.optional(v.boolean()),
  keys: v.optional(
    v.array(
      v.strictObject({
        name: v.picklist(['PEPPER', 'WRAPPING_KEY', 'AUDIT_KEY']),
        version: v.string(),
        configured: v.boolean(),
        current: v.boolean(),
        in_use: seconds,
        or_more: v.boolean(),
      }),
    ),
  ),
  settings: v.optional(v.array(v.strictObject({ name: v.string(), problem: v.string() }))),
  issuer_configured: v.optional(v.boolean()),
  clients_held: v.optional(seconds),
  database: v.optional(v.strictObject({ bytes: v.nullable(seconds), limit: seconds })),
  refused_today: v.optional(v.record(v.string(), seconds)),
  suspended_clients_trying: v.optional(
    v.array(v.strictObject({ client_id: v.string(), count: seconds })),
  ),
}

export const healthQuery = v.strictObject({ fail_on: v.optional(v.picklist(LEVELS.slice(1))) })

export const health = v.strictObject({
  status: v.picklist(['ok', 'degraded', 'failing']),
  ...detail,
})
export const ailing = v.strictObject({
  status: v.picklist(['degraded', 'failing', 'unavailable']),
  failing: v.optional(
    v.array(v.picklist(['d1', 'migrations', 'kv', 'signing_key', 'configuration'])),
  ),
  missing_migrations: v.optional(v.array(v.string())),
  wrong_settings: v.optional(v.array(v.string())),
  ...detail,
})
