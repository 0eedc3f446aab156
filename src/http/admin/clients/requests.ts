import * as v from 'valibot'
import { STATUSES } from '../../../domain/status.ts'
import { searchText } from '../../../web/schemas.ts'
import { pageFields } from '../shared/lists.ts'

// The console's forms are judged by the same schemas.
export {
  accessSchema,
  clientPatchSchema,
  duplicateSchema,
  newCertificateSchema,
  newClientSchema,
  newKeySchema,
  newSecretSchema,
  secretPatchSchema,
  suspensionSchema,
} from '../../../web/schemas.ts'

export const clientListQuery = v.strictObject({
  status: v.optional(v.picklist(STATUSES)),
  q: v.optional(searchText, ''),
  sort: v.optional(v.picklist(['name', '-created_at', 'expires_at']), '-created_at'),
  ...pageFields,
})
