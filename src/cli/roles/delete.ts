import { action } from '../command.ts'
import { yesOption } from '../confirm.ts'
import { deleteOne } from '../noun-actions.ts'
import { ROLES, roleArgument } from './noun.ts'

export const remove = action(
  'delete',
  'Delete a role that no client has',
  { ...roleArgument, ...yesOption },
  (values) => deleteOne(ROLES, values.role, values),
)
