import * as v from 'valibot'

// The fields of which the response schemas consist. No route reads these schemas: the types of the
// bodies are inferred from them, and the OpenAPI document is made of them.

export const time = v.pipe(v.string(), v.isoTimestamp())
export const timeOrNull = v.nullable(time)
export const count = v.pipe(v.number(), v.integer(), v.minValue(0))
export const textOrNull = v.nullable(v.string())
