import * as v from 'valibot'
import { EMAIL_MAX } from '../../../web/schemas.ts'

export const testMailSchema = v.strictObject({
  email: v.optional(v.pipe(v.string(), v.maxLength(EMAIL_MAX, 'is too long'))),
})
