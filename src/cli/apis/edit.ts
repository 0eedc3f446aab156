import { action } from '../command.ts'
import { text, wish } from '../field-kinds.ts'
import { editOptionsOf, editsOf } from '../fields.ts'
import { editOne } from '../noun-actions.ts'
import { APIS, apiArgument } from './noun.ts'
import { permissions } from './permissions.ts'

export const FIELDS = [
  text('name', 'name', { description: 'Its display name' }),
  text('audience', 'audience', {
    valueHint: 'AUDIENCE',
    description: 'The aud of tokens for it from now on',
  }),
  wish(
    'confirmAudienceInUse',
    'confirm_audience_in_use',
    'Change the audience even if clients use it: their tokens for the old one stop working',
  ),
  permissions,
]

export const edit = action(
  'edit',
  'Change an API: its name, its audience, its permissions',
  { ...apiArgument, ...editOptionsOf(FIELDS) },
  (values) => editOne(APIS, values.api, editsOf(FIELDS, values), values.json),
)
