import * as v from 'valibot'
import { STATUSES } from '../../../domain/status.ts'
import { tag } from '../../../web/client-details.ts'
import { moment } from '../../../web/moments.ts'
import { searchText } from '../../../web/schemas.ts'
import { filterText, pageFields } from '../shared/lists.ts'

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

/** A `kid` may be as long, and the key ID of an imported secret is not longer. */
const KEY_MAX = 200

export const clientListQuery = v.strictObject({
  status: v.optional(v.picklist(STATUSES)),
  q: v.optional(searchText, ''),
  tag: v.optional(tag),
  role_id: v.optional(filterText),
  audience: v.optional(filterText),
  permission: v.optional(filterText),
  unused_since: v.optional(moment),
  key: v.optional(v.pipe(filterText, v.maxLength(KEY_MAX, 'is too long'))),
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
