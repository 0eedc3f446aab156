import * as v from 'valibot'
import { keptApiSchema } from '../../../web/schemas.ts'

export { newApiSchema } from '../../../web/schemas.ts'
export const apiPatchSchema = v.partial(keptApiSchema)
