import { clientArgument } from '../clients/client-argument.ts'
import { showCredential } from '../clients/credentials.ts'
import { action } from '../command.ts'

const args = {
  ...clientArgument,
  keyId: { type: 'positional', required: true, description: 'The key_id, which keys list shows' },
} as const

export const show = action(
  'show',
  'Show a public key of a client',
  args,
  ({ keyId: id, ...values }) => showCredential({ ...values, id }, 'keys'),
)
