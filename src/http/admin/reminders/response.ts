import * as v from 'valibot'
import { MAILER_NAMES } from '../../../domain/mail.ts'

export const testMailResponse = v.strictObject({
  email: v.string(),
  mailer: v.picklist(MAILER_NAMES),
  accepted: v.literal(true),
  missing: v.optional(v.string()),
})

export type TestMailResponse = v.InferOutput<typeof testMailResponse>
