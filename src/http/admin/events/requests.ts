import * as v from 'valibot'

const ID_MAX = 64

export const testEventSchema = v.strictObject({})

export const resendSchema = v.strictObject({
  event_id: v.optional(v.pipe(v.string(), v.maxLength(ID_MAX, 'is too long'))),
})
