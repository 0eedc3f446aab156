import { action } from '../command.ts'
import { listAll } from '../noun-actions.ts'
import { ADMINISTRATORS } from './noun.ts'

export const list = action('list', 'List the administrators', {}, ({ json }) =>
  listAll(
    ADMINISTRATORS,
    {
      head: ['ADDRESS', 'ACCESS', 'ADMINISTRATOR ID', 'SINCE'],
      row: ({ email, access, administrator_id: id, created_at: at }) => [email, access, id, at],
      elastic: 'ADDRESS',
    },
    json,
  ),
)
