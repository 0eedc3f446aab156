import { action } from '../command.ts'
import { editOptionsOf, editsOf } from '../fields.ts'
import { editOne } from '../noun-actions.ts'
import { FIELDS, name } from './fields.ts'
import { ROLES, roleArgument } from './noun.ts'

const ALL = [name, ...FIELDS]

export const edit = action(
  'edit',
  'Change a role: its clients have the permissions from now on',
  { ...roleArgument, ...editOptionsOf(ALL) },
  (values) => editOne(ROLES, values.role, editsOf(ALL, values), values.json),
)
