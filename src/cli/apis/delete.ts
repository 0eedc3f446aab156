import { action } from '../command.ts'
import { yesOption } from '../confirm.ts'
import { deleteOne } from '../noun-actions.ts'
import { APIS, apiArgument } from './noun.ts'

export const remove = action(
  'delete',
  'Delete an API of which no client or role has a permission',
  { ...apiArgument, ...yesOption },
  (values) => deleteOne(APIS, values.api, values),
)
