import { clientArgument } from '../clients/client-argument.ts'
import { deleteCredential } from '../clients/credentials.ts'
import { action } from '../command.ts'
import { yesOption } from '../confirm.ts'

const args = {
  ...clientArgument,
  keyId: { type: 'positional', required: true, description: 'The key_id, which keys list shows' },
  ...yesOption,
} as const

export const remove = action(
  'delete',
  'Delete a public key: what it signs is refused at once',
  args,
  ({ keyId: id, ...values }) =>
    deleteCredential({ ...values, id }, { path: 'keys', idField: 'key_id', what: 'public key' }),
)
