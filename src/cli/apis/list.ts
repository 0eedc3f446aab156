import { action } from '../command.ts'
import { listAll } from '../noun-actions.ts'
import { APIS } from './noun.ts'

export const list = action('list', 'List the APIs', {}, ({ json }) =>
  listAll(
    APIS,
    {
      head: ['AUDIENCE', 'NAME', 'API ID', 'PERMISSIONS'],
      row: ({ audience, name, api_id: id, permissions }) => [
        audience,
        name,
        id,
        String(permissions.length),
      ],
      elastic: 'NAME',
    },
    json,
  ),
)
