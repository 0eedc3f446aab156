import { action } from '../command.ts'
import { listAll } from '../noun-actions.ts'
import { ROLES } from './noun.ts'

export const list = action('list', 'List the roles', {}, ({ json }) =>
  listAll(
    ROLES,
    {
      head: ['NAME', 'ROLE ID', 'PERMISSIONS', 'DESCRIPTION'],
      row: ({ name, role_id: id, permissions, description }) => [
        name,
        id,
        String(permissions.length),
        description.replaceAll('\n', ' '),
      ],
      elastic: 'DESCRIPTION',
    },
    json,
  ),
)
