import { action } from '../../command.ts'
import { usageFailure } from '../../failure.ts'
import { changeAccess, changeOptions, requireNamed } from './change.ts'

const args = {
  ...changeOptions,
  none: { type: 'boolean', description: 'Take all access away' },
} as const

export const set = action(
  'set',
  'Let a client do this and nothing else',
  args,
  async ({ none, ...values }) => {
    if (!none) requireNamed(values, 'Give --permission or --role, or --none to take all access away.')
    else if (values.role.length + values.permission.length > 0) {
      throw usageFailure('--none takes all away: --permission and --role do not go with it.')
    }
    await changeAccess(values, (_before, named) => named)
  },
)
