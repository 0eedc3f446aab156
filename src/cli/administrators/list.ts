import type { AdministratorBody } from '../api-types.ts'
import { action } from '../command.ts'
import { listAll } from '../noun-actions.ts'
import { ADMINISTRATORS } from './noun.ts'

/** A person by a group has the access of their last sign-in. */
function accessCell({ access, by_group: byGroup, blocked_at: blockedAt }: AdministratorBody) {
  if (blockedAt) return 'blocked'
  return byGroup ? `${access}, by group` : access
}

export const list = action('list', 'List the administrators', {}, ({ json }) =>
  listAll(
    ADMINISTRATORS,
    {
      head: ['ADDRESS', 'ACCESS', 'ADMINISTRATOR ID', 'SINCE'],
      row: (one) => [one.email, accessCell(one), one.administrator_id, one.created_at],
      elastic: 'ADDRESS',
    },
    json,
  ),
)
