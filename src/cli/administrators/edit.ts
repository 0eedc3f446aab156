import { action } from '../command.ts'
import { onOrOff, text } from '../field-kinds.ts'
import { editOptionsOf, editsOf } from '../fields.ts'
import { editOne } from '../noun-actions.ts'
import { access, ADMINISTRATORS, administratorArgument } from './noun.ts'

export const FIELDS = [
  text('access', 'access', { ...access, valueHint: 'ACCESS' }),
  onOrOff(
    'blocked',
    'blocked',
    'Whether to keep out a person who has access by a group; the only option',
  ),
  text('email', 'email', { valueHint: 'ADDRESS', description: 'The address they sign in with' }),
]

export const edit = action(
  'edit',
  'Change the access or the address of an administrator',
  { ...administratorArgument, ...editOptionsOf(FIELDS) },
  (values) => editOne(ADMINISTRATORS, values.administrator, editsOf(FIELDS, values), values.json),
)
