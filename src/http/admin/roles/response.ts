import * as v from 'valibot'
import { permissionSchema } from '../../../web/schemas.ts'
import { changeTimes } from '../shared/response.ts'

export const roleResponse = v.strictObject({
  role_id: v.string(),
  name: v.string(),
  description: v.string(),
  permissions: v.array(permissionSchema),
  ...changeTimes,
})

export type RoleResponse = v.InferOutput<typeof roleResponse>
