import * as v from 'valibot'
import { ADMINISTRATOR_ACCESS } from '../src/domain/administrator.ts'
import { AUDIT_ACTIONS } from '../src/domain/audit.ts'
import { MAILER_NAMES } from '../src/domain/mail.ts'
import { ALGORITHMS } from '../src/domain/signing-key.ts'
import { STATUSES } from '../src/domain/status.ts'
import { permissionSchema } from '../src/web/schemas.ts'

// What the server answers, with nothing left open: a field that is not here fails the contract test.

export const time = v.pipe(v.string(), v.isoTimestamp())
const timeOrNull = v.nullable(time)
const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const textOrNull = v.nullable(v.string())

const attention = v.strictObject({
  reason: v.picklist(['secret_expired', 'secret_expiring', 'no_permissions', 'no_credentials']),
  secret_id: v.optional(v.string()),
  expires_at: v.optional(time),
})

export const secret = v.strictObject({
  secret_id: v.string(),
  hint: v.string(),
  created_at: time,
  expires_at: time,
  last_used_at: timeOrNull,
  remind: v.boolean(),
  reminded_at: timeOrNull,
  reminder_error: v.optional(v.string()),
  retires_at: timeOrNull,
})

export const client = v.strictObject({
  client_id: v.string(),
  client_name: v.string(),
  description: v.string(),
  status: v.pipe(
    v.picklist(STATUSES),
    v.description('Computed from what is stored and the clock: the first of these that applies.'),
  ),
  attention: v.array(attention),
  secrets: v.array(secret),
  roles: v.array(v.string()),
  permissions: v.array(permissionSchema),
  scope: v.string(),
  access_token_lifetime: count,
  allow_self_rotation: v.boolean(),
  tags: v.array(v.string()),
  suspended_at: timeOrNull,
  suspended_reason: textOrNull,
  tokens_valid_from: timeOrNull,
  propagation: v.picklist(['complete', 'pending']),
  created_at: time,
  created_by: v.string(),
  updated_at: time,
  last_token_at: timeOrNull,
})

const shownOnce = { client_secret: v.string() }
export const createdClient = v.strictObject({ ...client.entries, ...shownOnce })
export const createdSecret = v.strictObject({ ...secret.entries, ...shownOnce })

const times = { created_at: time, updated_at: time }

export const api = v.strictObject({
  api_id: v.string(),
  audience: v.string(),
  name: v.string(),
  permissions: v.array(
    v.strictObject({
      permission: v.string(),
      description: v.optional(v.string()),
      group: v.optional(v.string()),
    }),
  ),
  ...times,
})

export const role = v.strictObject({
  role_id: v.string(),
  name: v.string(),
  description: v.string(),
  permissions: v.array(permissionSchema),
  ...times,
})

export const administrator = v.strictObject({
  administrator_id: v.string(),
  email: v.string(),
  access: v.picklist(ADMINISTRATOR_ACCESS),
  ...times,
})

export const signingKey = v.strictObject({
  kid: v.string(),
  algorithm: v.picklist(ALGORITHMS),
  state: v.picklist(['standby', 'active', 'retiring', 'gone', 'revoked']),
  created_at: time,
  activates_at: timeOrNull,
  retired_at: timeOrNull,
  revoked_at: timeOrNull,
})

export const auditEvent = v.strictObject({
  event_id: v.string(),
  at: time,
  action: v.picklist(AUDIT_ACTIONS),
  actor: v.strictObject({
    type: v.picklist(['bootstrap', 'client', 'administrator', 'system']),
    id: v.string(),
  }),
  client_id: textOrNull,
  target: v.strictObject({
    type: v.picklist([
      ...(['client', 'secret', 'token', 'api', 'role'] as const),
      ...(['administrator', 'signing_key'] as const),
    ]),
    id: v.string(),
  }),
  reason: v.optional(v.string()),
  changes: v.optional(
    v.record(
      v.string(),
      v.strictObject({ from: v.optional(v.unknown()), to: v.optional(v.unknown()) }),
    ),
  ),
  request_id: v.string(),
})

export const logVerdict = v.union([
  v.strictObject({
    intact: v.literal(true),
    complete: v.boolean(),
    events: count,
    accepted_up_to: v.nullable(count),
    next_cursor: textOrNull,
  }),
  v.strictObject({
    intact: v.literal(false),
    broken_at: v.pipe(v.number(), v.integer()),
    reason: v.picklist(['missing', 'altered', 'key_missing', 'truncated', 'not_anchored']),
    next_cursor: v.null(),
  }),
])

export const acceptedLog = v.strictObject({ events: count, anchored_at: time })

export const testMail = v.strictObject({
  email: v.string(),
  mailer: v.picklist(MAILER_NAMES),
  accepted: v.literal(true),
  missing: v.optional(v.string()),
})

/** A page of a list. */
export const page = (item: v.GenericSchema) =>
  v.strictObject({ data: v.array(item), next_cursor: textOrNull })

/** RFC 9457. */
export const problem = v.strictObject({
  type: v.string(),
  title: v.string(),
  status: count,
  detail: v.string(),
  errors: v.optional(v.array(v.strictObject({ field: v.string(), detail: v.string() }))),
})
