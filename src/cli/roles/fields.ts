import { listOf, text } from '../field-kinds.ts'
import { readPermission } from '../permissions.ts'

export const name = text('name', 'name', { description: 'Its display name' })

/** The fields of a role beside its name. */
export const FIELDS = [
  text('description', 'description', { description: 'What it is for' }),
  listOf({
    add: 'permission',
    remove: 'removePermission',
    wire: 'permissions',
    valueHint: 'AUDIENCE=PERMISSION',
    what: 'A permission on an API',
    parse: readPermission,
  }),
]
