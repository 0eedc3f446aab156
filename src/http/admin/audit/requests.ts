import * as v from 'valibot'
import { AUDIT_ACTIONS } from '../../../domain/audit.ts'
import { pageFields } from '../shared/lists.ts'

export const auditEventListQuery = v.strictObject({
  client_id: v.optional(v.string()),
  action: v.optional(v.picklist(AUDIT_ACTIONS)),
  ...pageFields,
})

export const verificationQuery = v.strictObject({ cursor: pageFields.cursor })

/** `broken_at`: a break to accept, besides what the log lacks. */
export const acceptanceSchema = v.strictObject({
  broken_at: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
})
