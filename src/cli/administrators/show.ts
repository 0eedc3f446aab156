import { action } from '../command.ts'
import { showOne } from '../noun-actions.ts'
import { ADMINISTRATORS, administratorArgument } from './noun.ts'

export const show = action(
  'show',
  'Show an administrator',
  administratorArgument,
  ({ administrator, json }) => showOne(ADMINISTRATORS, administrator, json),
)
