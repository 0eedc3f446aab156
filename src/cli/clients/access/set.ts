import { action } from '../../command.ts'
import { usageFailure } from '../../failure.ts'
import { changeAccess, changeOptions, requireNamed } from './change.ts'

const args = {
  ...changeOptions,
  none: { type: 'boolean', description: 'Remove all access' },
} as const

export const set = action(
  'set',
  'Replace all access of a client',
  args,
  async ({ none, ...values }) => {
    if (!none)
      requireNamed(values, 'Give --permission or --role, or --none to take all access away.')
    else if (values.role.length + values.permission.length > 0) {
      throw usageFailure('--none removes all access: --permission and --role do not go with it.')
    }
    await changeAccess(values, (_before, named) => named)
  },
)
