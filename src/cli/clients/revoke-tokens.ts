import { openAdmin } from '../admin.ts'
import { action } from '../command.ts'
import { changeMany } from './change-many.ts'
import { clientsArgument } from './client-argument.ts'

const args = {
  ...clientsArgument,
  reason: { type: 'string', valueHint: 'TEXT', description: 'Why; it goes to the audit log' },
} as const

export const revokeTokens = action(
  'revoke-tokens',
  'Revoke all tokens issued so far; the clients can get new ones',
  args,
  async ({ client: named, reason, json }) => {
    const change = { action: 'revoke_tokens', reason, done: 'Tokens revoked' }
    return changeMany(openAdmin(), named, change, json)
  },
)
