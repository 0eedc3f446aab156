import { openAdmin } from '../admin.ts'
import { refuseContradiction } from '../changed-list.ts'
import { action } from '../command.ts'
import { usageFailure } from '../failure.ts'
import { changeMany } from './change-many.ts'
import { clientsArgument } from './client-argument.ts'

const args = {
  ...clientsArgument,
  tag: {
    type: 'string',
    many: true,
    valueHint: 'TAG',
    description: 'A tag to add; may be repeated',
  },
  untag: {
    type: 'string',
    many: true,
    valueHint: 'TAG',
    description: 'A tag to remove; may be repeated',
  },
} as const

export const tag = action(
  'tag',
  'Add tags to clients, or remove them',
  args,
  async ({ client: named, tag: add, untag: remove, json }) => {
    if (add.length + remove.length === 0) throw usageFailure('Give --tag or --untag.')
    refuseContradiction(['--tag', '--untag'], add, remove)
    const one = add.length > 0 ? 'Tagged' : 'Untagged'
    const done = add.length > 0 && remove.length > 0 ? 'Retagged' : one
    return changeMany(openAdmin(), named, { action: 'tag', fields: { add, remove }, done }, json)
  },
)
