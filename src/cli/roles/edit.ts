import { action } from '../command.ts'
import { editOptionsOf, editsOf } from '../fields.ts'
import { editOne } from '../noun-actions.ts'
import { FIELDS as OTHERS, name } from './fields.ts'
import { ROLES, roleArgument } from './noun.ts'

export const FIELDS = [name, ...OTHERS]

export const edit = action(
  'edit',
  'Change a role: its clients have the new permissions from now on',
  { ...roleArgument, ...editOptionsOf(FIELDS) },
  (values) => editOne(ROLES, values.role, editsOf(FIELDS, values), values.json),
)
