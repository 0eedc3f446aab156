import * as v from 'valibot'
import type { AppContext } from '../../../web/app-env.ts'
import { readOptionalJson } from './json.ts'
import { readQuery } from './lists.ts'

export const nothingSchema = v.strictObject({})

/** Refuses a query: ignored, it might ask for more than is done. */
export function refuseQuery(c: AppContext): void {
  readQuery(c, nothingSchema)
}

/** Refuses all that a body could say. */
export function refuseBody(c: AppContext): void {
  readOptionalJson(c, nothingSchema)
}
