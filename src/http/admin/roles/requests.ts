import * as v from 'valibot'
import { keptRoleSchema } from '../../../web/schemas.ts'

export { newRoleSchema } from '../../../web/schemas.ts'
export const rolePatchSchema = v.partial(keptRoleSchema)
