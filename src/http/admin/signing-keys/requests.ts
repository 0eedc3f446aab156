import * as v from 'valibot'

/** A rotation takes no field. */
export const rotationSchema = v.strictObject({})
