import * as v from 'valibot'
import { ADMINISTRATOR_ACCESS } from '../../../domain/administrator.ts'
import { timeOrNull } from '../../response-fields.ts'
import { changeTimes } from '../shared/response.ts'

export const administratorResponse = v.strictObject({
  administrator_id: v.string(),
  email: v.string(),
  access: v.picklist(ADMINISTRATOR_ACCESS),
  by_group: v.boolean(),
  blocked_at: timeOrNull,
  ...changeTimes,
})

export type AdministratorResponse = v.InferOutput<typeof administratorResponse>
