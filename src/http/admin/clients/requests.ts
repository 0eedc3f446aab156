import * as v from 'valibot'
import { STATUSES } from '../../../domain/status.ts'
import { type Seconds, startOfDate } from '../../../domain/time.ts'
import { tag } from '../../../web/client-details.ts'
import { searchText } from '../../../web/schemas.ts'
import { pageFields } from '../shared/lists.ts'

// The console's forms are judged by the same schemas.
export {
  accessSchema,
  bulkSchema,
  clientPatchSchema,
  duplicateSchema,
  givenRightSchema,
  newCertificateSchema,
  newClientSchema,
  newKeySchema,
  newSecretSchema,
  secretPatchSchema,
  suspensionSchema,
} from '../../../web/schemas.ts'

const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/

/** A moment, or the beginning of a day in UTC, in seconds since 1970. */
const moment = v.pipe(
  v.string(),
  v.check(
    (text) => momentOf(text) !== null,
    'must be a date, 2026-11-26, or a moment, 2026-11-26T09:30:00Z',
  ),
  v.transform((text) => momentOf(text) ?? 0),
)

function momentOf(text: string): Seconds | null {
  if (!MOMENT.test(text)) return startOfDate(text)
  const milliseconds = Date.parse(text)
  return Number.isNaN(milliseconds) ? null : Math.floor(milliseconds / 1000)
}

const KEY_MAX = 100
const short = v.pipe(v.string(), v.nonEmpty('must not be empty'), v.maxLength(500, 'is too long'))

export const clientListQuery = v.strictObject({
  status: v.optional(v.picklist(STATUSES)),
  q: v.optional(searchText, ''),
  tag: v.optional(tag),
  role_id: v.optional(short),
  audience: v.optional(short),
  permission: v.optional(short),
  unused_since: v.optional(moment),
  key: v.optional(v.pipe(short, v.maxLength(KEY_MAX, 'is too long'))),
  sort: v.optional(
    v.picklist(['name', '-created_at', 'expires_at', 'last_used_at']),
    '-created_at',
  ),
  ...pageFields,
})

/** A DELETE has no body with a meaning (RFC 9110 §9.3.5). */
export const takingQuery = v.strictObject({
  apply_to_issued_tokens: v.optional(v.picklist(['true', 'false'])),
})
