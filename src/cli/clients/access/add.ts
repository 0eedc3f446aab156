import { action } from '../../command.ts'
import { changedList } from '../../changed-list.ts'
import { changeAccess, changeOptions, requireNamed } from './change.ts'

export const add = action(
  'add',
  'Add permissions or roles to a client',
  changeOptions,
  async (values) => {
    requireNamed(values)
    await changeAccess(values, (before, added) => ({
      roles: changedList(before.roles, added.roles, []),
      permissions: changedList(before.permissions, added.permissions, []),
    }))
  },
)
