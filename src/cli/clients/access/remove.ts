import { action } from '../../command.ts'
import { changedList } from '../../changed-list.ts'
import { changeAccess, changeOptions, requireNamed } from './change.ts'

export const remove = action(
  'remove',
  'Remove permissions or roles from a client',
  changeOptions,
  async (values) => {
    requireNamed(values)
    await changeAccess(values, (before, removed) => ({
      roles: changedList(before.roles, [], removed.roles),
      permissions: changedList(before.permissions, [], removed.permissions),
    }))
  },
)
