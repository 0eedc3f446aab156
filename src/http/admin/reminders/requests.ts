import * as v from 'valibot'

const EMAIL_MAX = 320

export const testMailSchema = v.strictObject({
  email: v.optional(v.pipe(v.string(), v.maxLength(EMAIL_MAX, 'is too long'))),
})
