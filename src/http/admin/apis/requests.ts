import * as v from 'valibot'
import { keptApiSchema } from '../../../web/schemas.ts'

export { apiPermissionSchema, newApiSchema, permissionTextsSchema } from '../../../web/schemas.ts'
export const apiPatchSchema = v.strictObject({
  ...v.partial(keptApiSchema).entries,
  confirm_audience_in_use: v.optional(v.boolean(), false),
})
