import { action } from '../command.ts'
import { yesOption } from '../confirm.ts'
import { deleteOne } from '../noun-actions.ts'
import { ADMINISTRATORS, administratorArgument } from './noun.ts'

export const remove = action(
  'remove',
  "Remove a person's access",
  { ...administratorArgument, ...yesOption },
  (values) => deleteOne(ADMINISTRATORS, values.administrator, values),
)
